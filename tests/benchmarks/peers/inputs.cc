#include "tests/benchmarks/peers/inputs.h"

#include <random>

namespace slimc::peers {
namespace {

// 24 bits, so that the float is exact and the same everywhere.
float uniform(std::mt19937& random) {
  constexpr float kSteps = 1 << 23;
  return static_cast<float>(random() >> 8) / kSteps - 1;
}

}  // namespace

std::vector<std::vector<float>> make_inputs(const std::vector<std::size_t>& shape, Layout layout,
                                            std::size_t count, std::uint32_t seed) {
  const std::size_t pixels = shape[1] * shape[2], channels = shape[3];
  std::mt19937 random(seed);
  std::vector<std::vector<float>> inputs(count);
  for (std::vector<float>& input : inputs) {
    input.resize(shape[0] * pixels * channels);
    for (std::size_t n = 0; n < shape[0]; ++n) {
      float* const image = input.data() + n * pixels * channels;
      for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        for (std::size_t c = 0; c < channels; ++c) {
          image[layout == Layout::Nhwc ? pixel * channels + c : c * pixels + pixel] =
              uniform(random);
        }
      }
    }
  }
  return inputs;
}

}  // namespace slimc::peers
