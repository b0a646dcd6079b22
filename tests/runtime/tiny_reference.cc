#include "tests/runtime/tiny_reference.h"

namespace slimc::testing {
namespace {

using Pixels = std::vector<double>;  // [y][x][c], kSize x kSize x kChannels

Pixels vertical_taps(const Pixels& in) {
  Pixels out(in.size());
  for (int y = 0; y < kSize; ++y) {
    for (int x = 0; x < kSize; ++x) {
      for (int c = 0; c < kChannels; ++c) {
        double sum = 0;
        for (int dy = 0; dy < 3; ++dy) {
          const int from = y - 1 + dy;
          if (from < 0 || from >= kSize) continue;
          sum +=
              in[(from * kSize + x) * kChannels + c] * tiny_weight(kVerticalAt + dy * kStride + c);
        }
        out[(y * kSize + x) * kChannels + c] = sum;
      }
    }
  }
  return out;
}

}  // namespace

std::vector<double> expected(const double* image) {
  Pixels pixels(kSize * kSize * kChannels);
  for (int i = 0; i < kSize * kSize; ++i) {
    for (int co = 0; co < kChannels; ++co) {
      for (int ci = 0; ci < kInputChannels; ++ci) {
        pixels[i * kChannels + co] +=
            image[i * kInputChannels + ci] * tiny_weight(kPointwiseAt + ci * kStride + co);
      }
    }
  }
  pixels = vertical_taps(vertical_taps(pixels));
  std::vector<double> out(kClasses);
  for (int k = 0; k < kClasses; ++k) {
    for (int i = 0; i < kSize * kSize * kChannels; ++i) {
      out[k] += pixels[i] * tiny_weight(kClassifierAt + k * kStride + i % kChannels);
    }
  }
  return out;
}

}  // namespace slimc::testing
