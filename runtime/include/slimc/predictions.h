// A photo's way in and a result's way out, beside the network: what Keras calls preprocess_input
// and decode_predictions.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace slimc {

// Channels of 0 to 255 to -1 to 1. Divided, then subtracted, each rounded to float: the bits that
// NumPy gives for x / 127.5 - 1 with a float32 x. `from` may be `to`.
template <typename T>
inline void scale_pixels(const T* from, size_t count, float* to) {
  for (size_t i = 0; i < count; ++i) to[i] = static_cast<float>(from[i]) / 127.5f - 1.0f;
}

// More probable comes first, and what is no number last. Equal ones are kept in their order.
inline bool more_probable(float a, float b) { return a > b || (b != b && a == a); }

// The `top` most probable of `classes`, into `best`: their numbers and probabilities. The classes
// are added one after the other to a sorted list, so most of them cost one comparison.
template <typename Prediction>
inline void most_probable(const float* probabilities, int classes, int top, Prediction* best) {
  int listed = 0;
  for (int c = 0; c < classes; ++c) {
    const float probability = probabilities[c];
    if (listed == top && !more_probable(probability, best[top - 1].probability)) continue;
    int place = listed < top ? listed++ : top - 1;
    for (; place > 0 && more_probable(probability, best[place - 1].probability); --place) {
      best[place].class_index = best[place - 1].class_index;
      best[place].probability = best[place - 1].probability;
    }
    best[place].class_index = c;
    best[place].probability = probability;
  }
}

// The labels of all classes in one block of text, as "WordNet id, 0, label, 0" each: pointers would
// have to be relocated in position-independent code.
inline const char* label_behind(const char* wordnet_id) {
  while (*wordnet_id != 0) ++wordnet_id;
  return wordnet_id + 1;
}

}  // namespace slimc
