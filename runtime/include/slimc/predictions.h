// A photo's way in and a result's way out, beside the network: what Keras calls preprocess_input
// and decode_predictions.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "float_environment.h"

namespace slimc {

// Channels of 0 to 255 to what the network takes, each by `scale` as a float. `from` may be `to`.
template <typename T, typename Scale>
inline void scale_pixels(const T* from, size_t count, Scale scale, float* to) {
  const DefaultFloatEnvironment environment;
  for (size_t i = 0; i < count; ++i) to[i] = scale(static_cast<float>(from[i]));
}

// The same where channels differ: channel c of a pixel of `to` is x * scale[c] + offset[c], where x
// is channel c of the pixel in `from`, or with `reversed` the one as far from its end. `from` may
// be `to`.
template <int kChannels, typename T>
inline void scale_channels(const T* from, size_t pixels, const float (&scale)[kChannels],
                           const float (&offset)[kChannels], bool reversed, float* to) {
  const DefaultFloatEnvironment environment;
  for (size_t i = 0; i < pixels; ++i, from += kChannels, to += kChannels) {
    float pixel[kChannels];
    for (int c = 0; c < kChannels; ++c) {
      pixel[c] = static_cast<float>(from[reversed ? kChannels - 1 - c : c]);
    }
    for (int c = 0; c < kChannels; ++c) to[c] = pixel[c] * scale[c] + offset[c];
  }
}

// More probable comes first, and what is no number last. Equal ones are kept in their order.
inline bool more_probable(float a, float b) { return a > b || (b != b && a == a); }

// The `top` most probable of `classes`, into `best`: their numbers and probabilities. The classes
// are added one after the other to a sorted list, so most of them cost one comparison.
template <typename Prediction>
inline void most_probable(const float* probabilities, int classes, int top, Prediction* best) {
  const DefaultFloatEnvironment environment;  // one without denormals takes them for equal
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
