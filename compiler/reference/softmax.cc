#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/reference/kernels.h"

namespace slimc::reference {

DoubleTensor softmax(const Op& op, const Inputs& in) {
  DoubleTensor y = *in[0];
  const std::int64_t classes = op.shape[op.shape.rank() - 1];
  for (auto row = y.data.begin(); row != y.data.end(); row += classes) {
    const auto end = row + classes;
    // exp(x - max) / sum is the same number, and cannot overflow.
    const double largest = *std::max_element(row, end);
    std::transform(row, end, row, [=](double x) { return std::exp(x - largest); });
    const double sum = std::accumulate(row, end, 0.0);
    std::transform(row, end, row, [=](double x) { return x / sum; });
  }
  return y;
}

}  // namespace slimc::reference
