#include "frontend/tensor_values.h"

#include <cmath>
#include <limits>

namespace slimc::frontend {

float half_to_float(std::uint16_t half) {
  const int exponent = half >> 10 & 0x1f;
  const int mantissa = half & 0x3ff;
  float magnitude = 0;
  if (exponent == 0x1f) {
    magnitude = mantissa == 0 ? std::numeric_limits<float>::infinity()
                              : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(mantissa), -24);
  } else {
    magnitude = std::ldexp(static_cast<float>(mantissa + 0x400), exponent - 25);
  }
  return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

Tensor transposed(const Tensor& matrix) {
  const std::int64_t rows = matrix.shape[0];
  const std::int64_t columns = matrix.shape[1];
  Tensor result{Shape{columns, rows}, std::vector<float>(matrix.data.size())};
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      result.data[static_cast<std::size_t>(c * rows + r)] =
          matrix.data[static_cast<std::size_t>(r * columns + c)];
    }
  }
  return result;
}

}  // namespace slimc::frontend
