#include "ir/shape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

namespace slimc {

std::int64_t Shape::elements() const {
  constexpr std::int64_t kMany = std::numeric_limits<std::int64_t>::max();
  // None are none, however many there would be of them without that dimension.
  if (std::ranges::find(dims_, 0) != dims_.end()) return 0;
  std::int64_t product = 1;
  for (const std::int64_t dim : dims_) {
    if (__builtin_mul_overflow(product, dim, &product)) return kMany;
  }
  return product;
}

std::string Shape::to_string() const { return fmt::format("[{}]", fmt::join(dims_, ",")); }

}  // namespace slimc
