// Kernels of stages/add/generator.cc beside plain loops. CMakeLists.txt makes them, with the
// parameters that stand here.
#include <HalideBuffer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "add_leaky.h"
#include "add_plain.h"
#include "add_relu6.h"

namespace slimc {
namespace {

struct AddKernel {
  int (*run)(halide_buffer_t* a, halide_buffer_t* b, halide_buffer_t* out);
  int pixels, channels, a_stride, b_stride, out_stride;
  float (*activation)(float sum);
};

// Behind the channels of a pixel are gaps: nothing in them is read, and none is written.
void expect_sums(const AddKernel& kernel) {
  constexpr int kTasks = 3;
  constexpr float kGap = -77;
  const auto image = [&](int stride, float value) {
    return std::vector<float>(static_cast<std::size_t>(kTasks * kernel.pixels * stride), value);
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> a = image(kernel.a_stride, nan), b = image(kernel.b_stride, nan);
  std::vector<float> out = image(kernel.out_stride, kGap);
  const auto at = [&](std::vector<float>& of, int stride, int p, int c) -> float& {
    return of[static_cast<std::size_t>(p * stride + c)];
  };
  for (int p = 0; p < kTasks * kernel.pixels; ++p) {
    for (int c = 0; c < kernel.channels; ++c) {
      at(a, kernel.a_stride, p, c) = static_cast<float>((p * 5 + c) % 17) - 8.0f;
      at(b, kernel.b_stride, p, c) = static_cast<float>((p + c * 3) % 11) * 0.5f - 2.0f;
    }
  }
  for (int task = kTasks - 1; task >= 0; --task) {  // in any order
    const auto argument = [&](std::vector<float>& of, int stride) {
      const halide_dimension_t shape[] = {{0, kernel.channels, 1}, {0, kernel.pixels, stride}};
      return Halide::Runtime::Buffer<float>(of.data() + task * kernel.pixels * stride, 2, shape);
    };
    auto task_a = argument(a, kernel.a_stride), task_b = argument(b, kernel.b_stride);
    auto task_out = argument(out, kernel.out_stride);
    ASSERT_EQ(kernel.run(task_a, task_b, task_out), 0);
  }
  for (int p = 0; p < kTasks * kernel.pixels; ++p) {
    for (int c = 0; c < kernel.out_stride; ++c) {
      const float expected =
          c >= kernel.channels
              ? kGap
              : kernel.activation(at(a, kernel.a_stride, p, c) + at(b, kernel.b_stride, p, c));
      ASSERT_EQ(at(out, kernel.out_stride, p, c), expected) << "pixel " << p << ", channel " << c;
    }
  }
}

TEST(AddGenerator, AddsPixelsThatAreFarApart) {
  expect_sums({add_plain, 14, 64, 72, 64, 80, [](float sum) { return sum; }});
}

TEST(AddGenerator, ClampsTheSum) {
  expect_sums({add_relu6, 9, 24, 24, 40, 24,
               [](float sum) { return std::min(std::max(sum, 0.0f), 6.0f); }});
}

TEST(AddGenerator, TakesOneChannelAtATimeAndAnActivationsNumbers) {
  expect_sums({add_leaky, 3, 5, 5, 8, 6, [](float sum) { return sum < 0 ? sum * 0.25f : sum; }});
}

}  // namespace
}  // namespace slimc
