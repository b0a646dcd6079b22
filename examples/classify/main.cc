// classify PICTURE [LABELS]: the five classes that a compiled network finds most probable.
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <fstream>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
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

// The labels file has one line a class, class 0 first.
std::vector<std::string> read_labels(const char* path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(std::string(path) + ": cannot be opened");
  std::vector<std::string> labels;
  for (std::string line; std::getline(file, line);) labels.push_back(line);
  return labels;
}

void classify(const char* picture, const std::vector<std::string>& labels) {
  const std::vector<float> input =
      preprocess(read_picture(picture), CLASSIFIER_INPUT_HEIGHT, CLASSIFIER_INPUT_WIDTH);
  std::array<float, CLASSIFIER_CLASSES> probabilities;

  classifier* net = nullptr;
  require(classifier_create(memory, sizeof memory, kThreads, &net));
  const std::unique_ptr<classifier, void (*)(classifier*)> destroy(net, classifier_destroy);
  require(classifier_run(net, input.data(), probabilities.data()));

  std::array<int, CLASSIFIER_CLASSES> classes;
  std::iota(classes.begin(), classes.end(), 0);
  const auto fifth = classes.begin() + std::min(5, CLASSIFIER_CLASSES);
  std::partial_sort(classes.begin(), fifth, classes.end(),
                    [&](int a, int b) { return probabilities[a] > probabilities[b]; });
  for (auto c = classes.begin(); c != fifth; ++c) {
    const bool named = std::size_t(*c) < labels.size();
    std::printf("%.6f  %4d  %s\n", probabilities[*c], *c,
                named ? labels[*c].c_str() : "(no label)");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::fprintf(stderr, "usage: classify PICTURE [LABELS]\n");
    return 2;
  }
  try {
    classify(argv[1], argc == 3 ? read_labels(argv[2]) : std::vector<std::string>());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "classify: %s\n", error.what());
    return 1;
  }
}
