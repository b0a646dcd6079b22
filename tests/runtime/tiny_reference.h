// What the tiny network should compute: in double precision, from the definition in tiny_plan.h.
#pragma once

#include <cstddef>
#include <vector>

#include "tests/runtime/tiny_plan.h"

namespace slimc::testing {

// One image, [y][x][c]; kClasses values.
std::vector<double> expected(const double* image);

// kBatch images.
template <typename Values>
std::vector<double> expected_batch(const Values& input) {
  const std::vector<double> images(input.begin(), input.end());
  const std::size_t image = images.size() / kBatch;
  std::vector<double> all;
  for (std::size_t n = 0; n < kBatch; ++n) {
    const auto one = expected(images.data() + n * image);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

}  // namespace slimc::testing
