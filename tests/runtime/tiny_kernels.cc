// The kernels of the tiny network, with Halide's own declaration of what they are passed. Like
// compiled ones they have constant shapes, and read nothing of a buffer but its host pointer.
#include <HalideRuntime.h>

#include "tests/runtime/tiny_shape.h"

namespace {

using slimc::testing::kChannels;
using slimc::testing::kInputChannels;
using slimc::testing::kSize;
using slimc::testing::kStride;

// Number i of a row of `row` values.
template <typename T = float>
T& at(const halide_buffer_t* b, int i, int row_number = 0, int row = kStride) {
  return reinterpret_cast<T*>(b->host)[row_number * row + i];
}

float value(float x) { return x; }
float value(std::uint8_t x) { return static_cast<float>(x) / 127.5f - 1.0f; }

// Two rows of pixels.
template <typename T>
int convolve(halide_buffer_t* image, halide_buffer_t* weights, halide_buffer_t* output) {
  for (int pixel = 0; pixel < 2 * kSize; ++pixel) {
    for (int co = 0; co < kStride; ++co) {
      float sum = 0;
      for (int ci = 0; ci < kInputChannels; ++ci) {
        sum += value(at<T>(image, ci, pixel, kInputChannels)) * at(weights, co, ci);
      }
      at(output, co, pixel) = sum;
    }
  }
  return 0;
}

}  // namespace

extern "C" {

int tiny_k_conv_0(halide_buffer_t* image, halide_buffer_t* weights, halide_buffer_t* output) {
  return convolve<float>(image, weights, output);
}

int tiny_k_conv_0_u8(halide_buffer_t* image, halide_buffer_t* weights, halide_buffer_t* output) {
  return convolve<std::uint8_t>(image, weights, output);
}

int tiny_k_block_1(halide_buffer_t* input, int32_t row, halide_buffer_t* weights,
                   halide_buffer_t* sums, halide_buffer_t* output) {
  for (int x = 0; x < kSize; ++x) {
    for (int c = 0; c < kStride; ++c) {
      at(sums, c, x) = 0;
      for (int dy = 0; dy < 3; ++dy) {
        at(sums, c, x) += at(input, c, (row + dy) * kSize + x) * at(weights, c, dy);
      }
    }
  }
  for (int i = 0; i < kSize * kStride; ++i) at(output, i) = at(sums, i);
  return 0;
}

// Two classes, from all pixels and the rows of zeros around them.
int tiny_k_logits(halide_buffer_t* input, halide_buffer_t* weights, halide_buffer_t* output) {
  for (int k = 0; k < 2; ++k) {
    float sum = 0;
    for (int pixel = 0; pixel < (kSize + 2) * kSize; ++pixel) {
      for (int c = 0; c < kStride; ++c) sum += at(input, c, pixel) * at(weights, c, k);
    }
    at(output, k) = sum;
  }
  return 0;
}
}
