#include "frontend/tensor_values.h"

namespace slimc::frontend {

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
