// The kernels of the tiny network, with Halide's own declaration of what they are passed.
#include <HalideRuntime.h>

#include <cmath>

namespace {

template <typename T = float>
T& at(const halide_buffer_t* b, int i0, int i1 = 0, int i2 = 0) {
  const int index[] = {i0, i1, i2};
  std::ptrdiff_t offset = 0;
  for (int d = 0; d < b->dimensions; ++d) {
    offset += std::ptrdiff_t{index[d] - b->dim[d].min} * b->dim[d].stride;
  }
  return reinterpret_cast<T*>(b->host)[offset];
}

float value(const halide_buffer_t* image, int c, int x, int y) {
  if (image->type == halide_type_of<uint8_t>()) {
    return static_cast<float>(at<uint8_t>(image, c, x, y)) / 127.5f - 1.0f;
  }
  return image->type == halide_type_of<float>() ? at(image, c, x, y) : std::nanf("");
}

int convolve(halide_buffer_t* image, halide_buffer_t* weights, halide_buffer_t* output) {
  for (int y = 0; y < output->dim[2].extent; ++y) {
    for (int x = 0; x < output->dim[1].extent; ++x) {
      for (int co = 0; co < output->dim[0].extent; ++co) {
        float sum = 0;
        for (int ci = 0; ci < image->dim[0].extent; ++ci) {
          sum += value(image, ci, x, y) * at(weights, co, ci);
        }
        at(output, co, x, y) = sum;
      }
    }
  }
  return 0;
}

}  // namespace

extern "C" {

int tiny_k_conv_0(halide_buffer_t* image, halide_buffer_t* weights, halide_buffer_t* output) {
  return image->type == halide_type_of<float>() ? convolve(image, weights, output) : 1;
}

int tiny_k_conv_0_u8(halide_buffer_t* image, halide_buffer_t* weights, halide_buffer_t* output) {
  return image->type == halide_type_of<uint8_t>() ? convolve(image, weights, output) : 1;
}

int tiny_k_block_1(halide_buffer_t* input, int32_t row, halide_buffer_t* weights,
                   halide_buffer_t* sums, halide_buffer_t* output) {
  for (int x = 0; x < output->dim[1].extent; ++x) {
    for (int c = 0; c < output->dim[0].extent; ++c) {
      at(sums, c, x) = 0;
      for (int dy = 0; dy < 3; ++dy) {
        at(sums, c, x) += at(input, c, x, row + dy) * at(weights, c, dy);
      }
    }
  }
  for (int x = 0; x < output->dim[1].extent; ++x) {
    for (int c = 0; c < output->dim[0].extent; ++c) at(output, c, x) = at(sums, c, x);
  }
  return 0;
}

int tiny_k_logits(halide_buffer_t* input, halide_buffer_t* weights, halide_buffer_t* output) {
  for (int k = 0; k < output->dim[0].extent; ++k) {
    float sum = 0;
    for (int y = 0; y < input->dim[2].extent; ++y) {
      for (int x = 0; x < input->dim[1].extent; ++x) {
        for (int c = 0; c < input->dim[0].extent; ++c)
          sum += at(input, c, x, y) * at(weights, c, k);
      }
    }
    at(output, k) = sum;
  }
  return 0;
}
}
