// Integers of a file: shapes, axes, paddings.
#pragma once

#include <cstdint>
#include <vector>

#include "ir/shape.h"

namespace slimc::frontend {

struct IntegerTensor {
  Shape shape;  // rank 0 or more
  std::vector<std::int64_t> data;
};

// More integers than this are no shape, axes or paddings.
inline constexpr std::int64_t kMaxIntegers = 4096;

}  // namespace slimc::frontend
