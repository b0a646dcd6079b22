// classify PICTURE: the five classes that a compiled network finds most probable.
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <vector>

#include "classifier.h"
#include "picture.h"
#include "preprocess.h"

namespace {

// All the memory that the network ever uses is ours, and its size is known to the compiler.
constexpr int kThreads = 1;
alignas(CLASSIFIER_MEMORY_ALIGNMENT) unsigned char memory[CLASSIFIER_MEMORY_BYTES(kThreads)];

void require(classifier_status status) {
  if (status != CLASSIFIER_OK) throw std::runtime_error(classifier_status_string(status));
}

void classify(const char* picture) {
  std::vector<float> input =
      crop_and_scale(read_picture(picture), CLASSIFIER_INPUT_HEIGHT, CLASSIFIER_INPUT_WIDTH);
  require(classifier_preprocess_input(input.data(), input.size(), input.data()));

  classifier* net = nullptr;
  require(classifier_create(memory, sizeof memory, kThreads, &net));
  const std::unique_ptr<classifier, void (*)(classifier*)> destroy(net, classifier_destroy);
  std::array<float, CLASSIFIER_OUTPUT_SIZE> probabilities;
  require(classifier_run(net, input.data(), probabilities.data()));

  std::array<classifier_prediction, std::min(5, CLASSIFIER_CLASSES)> best;
  require(classifier_decode_predictions(probabilities.data(), probabilities.size(), best.size(),
                                        best.data()));
  for (const classifier_prediction& p : best) {
    std::printf("%.6f  %4d  %-9s  %s\n", p.probability, p.class_index,
                p.wordnet_id != nullptr ? p.wordnet_id : "-",
                p.label != nullptr ? p.label : "(no label)");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: classify PICTURE\n");
    return 2;
  }
  try {
    classify(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "classify: %s\n", error.what());
    return 1;
  }
}
