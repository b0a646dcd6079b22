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

DoubleTensor reduce_channels(const Op& op, const Inputs& in) {
  DoubleTensor y = zeros(op.shape);
  const std::vector<double>& x = in[0]->data;
  const auto channels = static_cast<std::ptrdiff_t>(in[0]->shape[in[0]->shape.rank() - 1]);
  for (std::size_t i = 0; i < y.data.size(); ++i) {
    const auto row = x.begin() + static_cast<std::ptrdiff_t>(i) * channels;
    y.data[i] = op.kind == OpKind::SumChannels ? std::accumulate(row, row + channels, 0.0)
                                               : *std::max_element(row, row + channels);
  }
  return y;
}

}  // namespace slimc::reference
