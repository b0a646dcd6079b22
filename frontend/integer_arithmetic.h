// Arithmetic with integers that are known at import: files compute the shapes of their reshapes
// from the shapes of other tensors. It is done here and leaves no op. Messages lack file and node.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "frontend/integer_tensor.h"
#include "ir/shape.h"
#include "tl/expected.hpp"

namespace slimc::frontend {

using Integers = tl::expected<IntegerTensor, std::string>;

IntegerTensor scalar_of(std::int64_t value);
IntegerTensor vector_of(std::vector<std::int64_t> values);

// Scalars to a vector, equal vectors to a matrix.
Integers pack(const std::vector<IntegerTensor>& parts);

// Vectors one behind the other.
Integers concatenate(const std::vector<IntegerTensor>& parts);

// x[begin:end:stride] of a vector; with `take_one`, x[begin]. Numbers below 0 count from the end.
struct Slice {
  std::int64_t begin = 0, end = 0, stride = 1;
  bool from_start = false, to_end = false, take_one = false;
};
Integers slice(const IntegerTensor& vector, const Slice& slice);

// The elements of a vector at `indices`.
Integers gather(const IntegerTensor& vector, const IntegerTensor& indices);

// Of all elements of a vector that are a number of elements.
Integers product(const IntegerTensor& vector, bool keep_dims);

// A tensor of `dims` all of whose elements are `value`.
Integers fill(const IntegerTensor& dims, const IntegerTensor& value);

enum class IntegerOp { Add, Subtract, Multiply, Divide, FloorDivide, Maximum, Minimum };

// Of tensors of one shape, or of one with a single number.
Integers combine(IntegerOp op, const IntegerTensor& x, const IntegerTensor& y);

}  // namespace slimc::frontend
