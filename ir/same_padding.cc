#include <algorithm>

#include "ir/graph.h"

namespace slimc {
namespace {

// Zeros before and after one dimension.
std::pair<std::int64_t, std::int64_t> pad_dimension(std::int64_t in, std::int64_t kernel,
                                                    std::int64_t stride, std::int64_t dilation) {
  const std::int64_t out = (in + stride - 1) / stride;
  const std::int64_t reach = (kernel - 1) * dilation + 1;
  const std::int64_t total = std::max<std::int64_t>((out - 1) * stride + reach - in, 0);
  return {total / 2, total - total / 2};
}

}  // namespace

Padding same_padding(std::int64_t h, std::int64_t w, std::int64_t kh, std::int64_t kw,
                     std::int64_t stride_h, std::int64_t stride_w, std::int64_t dilation_h,
                     std::int64_t dilation_w) {
  const auto [top, bottom] = pad_dimension(h, kh, stride_h, dilation_h);
  const auto [left, right] = pad_dimension(w, kw, stride_w, dilation_w);
  return {.top = top, .bottom = bottom, .left = left, .right = right};
}

}  // namespace slimc
