#include "compiler/ir/shape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>

namespace slimc {

std::int64_t Shape::elements() const {
  std::int64_t product = 1;
  for (const std::int64_t dim : dims_) {
    if (__builtin_mul_overflow(product, dim, &product)) {
      return std::numeric_limits<std::int64_t>::max();
    }
  }
  return product;
}

std::string Shape::to_string() const { return fmt::format("[{}]", fmt::join(dims_, ",")); }

}  // namespace slimc
