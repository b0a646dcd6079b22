#include "frontend/integer_arithmetic.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "frontend/tensor_checks.h"

namespace slimc::frontend {
namespace {

using Refusal = tl::unexpected<std::string>;

Refusal too_many(std::size_t count) {
  return Refusal(
      fmt::format("makes {} integers or more; slimc takes up to {} (shapes, axes, paddings)", count,
                  kMaxIntegers));
}

std::optional<Refusal> no_vector(const IntegerTensor& tensor) {
  if (tensor.shape.rank() <= 1) return std::nullopt;
  return Refusal(
      fmt::format("reads integers of the shape {}; slimc computes with vectors of "
                  "integers only",
                  tensor.shape.to_string()));
}

std::int64_t size_of(const IntegerTensor& tensor) { return std::ssize(tensor.data); }

// Nothing where the result is no 64-bit number.
std::optional<std::int64_t> computed(IntegerOp op, std::int64_t x, std::int64_t y) {
  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  std::int64_t result = 0;
  switch (op) {
    case IntegerOp::Add:
      if (__builtin_add_overflow(x, y, &result)) return std::nullopt;
      return result;
    case IntegerOp::Subtract:
      if (__builtin_sub_overflow(x, y, &result)) return std::nullopt;
      return result;
    case IntegerOp::Multiply:
      if (__builtin_mul_overflow(x, y, &result)) return std::nullopt;
      return result;
    case IntegerOp::Divide:
    case IntegerOp::FloorDivide:
      if (y == 0 || (x == kLowest && y == -1)) return std::nullopt;
      result = x / y;
      if (op == IntegerOp::FloorDivide && x % y != 0 && (x < 0) != (y < 0)) --result;
      return result;
    case IntegerOp::Maximum:
      return std::max(x, y);
    case IntegerOp::Minimum:
      return std::min(x, y);
  }
  return std::nullopt;
}

}  // namespace

IntegerTensor scalar_of(std::int64_t value) { return {Shape{}, {value}}; }

IntegerTensor vector_of(std::vector<std::int64_t> values) {
  const auto size = static_cast<std::int64_t>(values.size());
  return {Shape{size}, std::move(values)};
}

Integers pack(const std::vector<IntegerTensor>& parts) {
  IntegerTensor packed;
  std::vector<std::int64_t> dims = {static_cast<std::int64_t>(parts.size())};
  if (!parts.empty()) {
    const auto& inner = parts.front().shape.dims();
    dims.insert(dims.end(), inner.begin(), inner.end());
  }
  for (const IntegerTensor& part : parts) {
    if (part.shape.rank() > 1 || part.shape != parts.front().shape) {
      return Refusal("packs tensors of shape " + part.shape.to_string() +
                     "; slimc packs integers and equal vectors of integers only");
    }
    packed.data.insert(packed.data.end(), part.data.begin(), part.data.end());
    if (size_of(packed) > kMaxIntegers) return too_many(packed.data.size());
  }
  packed.shape = Shape(std::move(dims));
  return packed;
}

Integers concatenate(const std::vector<IntegerTensor>& parts) {
  std::vector<std::int64_t> values;
  for (const IntegerTensor& part : parts) {
    if (auto refusal = no_vector(part)) return *refusal;
    values.insert(values.end(), part.data.begin(), part.data.end());
    if (std::ssize(values) > kMaxIntegers) return too_many(values.size());
  }
  return vector_of(std::move(values));
}

Integers slice(const IntegerTensor& vector, const Slice& slice) {
  if (auto refusal = no_vector(vector)) return *refusal;
  const std::int64_t size = size_of(vector);
  if (slice.stride < 1) return Refusal("slices with a step below 1, which slimc does not compute");
  const auto from_front = [size](std::int64_t index) { return index < 0 ? index + size : index; };
  if (slice.take_one) {
    const std::int64_t index = from_front(slice.begin);
    if (index < 0 || index >= size) {
      return Refusal(fmt::format("takes element {} of a vector of {}", slice.begin, size));
    }
    return scalar_of(vector.data[static_cast<std::size_t>(index)]);
  }
  const std::int64_t begin =
      slice.from_start ? 0 : std::clamp<std::int64_t>(from_front(slice.begin), 0, size);
  const std::int64_t end =
      slice.to_end ? size : std::clamp<std::int64_t>(from_front(slice.end), 0, size);
  std::vector<std::int64_t> taken;
  // A huge step must not overflow.
  for (std::int64_t i = begin; i < end; i += std::min(slice.stride, size)) {
    taken.push_back(vector.data[static_cast<std::size_t>(i)]);
  }
  return vector_of(std::move(taken));
}

Integers gather(const IntegerTensor& vector, const IntegerTensor& indices) {
  if (auto refusal = no_vector(vector)) return *refusal;
  IntegerTensor result{indices.shape, {}};
  for (const std::int64_t index : indices.data) {
    if (index < 0 || index >= size_of(vector)) {
      return Refusal(fmt::format("takes element {} of a vector of {}", index, size_of(vector)));
    }
    result.data.push_back(vector.data[static_cast<std::size_t>(index)]);
  }
  return result;
}

Integers product(const IntegerTensor& vector, bool keep_dims) {
  if (auto refusal = no_vector(vector)) return *refusal;
  std::int64_t product = 1;
  for (const std::int64_t value : vector.data) {
    if (value < 0 || (value > 0 && product > kMaxElements / value)) {
      return Refusal("multiplies " + Shape(vector.data).to_string() +
                     ", which is no number of elements");
    }
    product *= value;
  }
  return keep_dims ? vector_of({product}) : scalar_of(product);
}

Integers fill(const IntegerTensor& dims, const IntegerTensor& value) {
  if (auto refusal = no_vector(dims)) return *refusal;
  const std::int64_t count = bounded_product(dims.data);
  const bool is_shape =
      std::all_of(dims.data.begin(), dims.data.end(), [](std::int64_t dim) { return dim >= 0; });
  if (!is_shape || value.data.size() != 1) {
    return Refusal(
        fmt::format("fills {} with {} numbers", Shape(dims.data).to_string(), value.data.size()));
  }
  if (count > kMaxIntegers) return too_many(static_cast<std::size_t>(count));
  return IntegerTensor{Shape(dims.data), std::vector<std::int64_t>(static_cast<std::size_t>(count),
                                                                   value.data.front())};
}

Integers combine(IntegerOp op, const IntegerTensor& x, const IntegerTensor& y) {
  const bool x_is_one = x.data.size() == 1;
  const bool y_is_one = y.data.size() == 1;
  const IntegerTensor& larger = y_is_one && !(x_is_one && y.shape.rank() > x.shape.rank()) ? x : y;
  IntegerTensor result{larger.shape, {}};
  const bool fits = x.shape == y.shape || x_is_one || y_is_one;
  if (!fits) {
    return Refusal(x.shape.to_string() + " and " + y.shape.to_string() +
                   " cannot be computed with each other");
  }
  for (std::size_t i = 0; i < larger.data.size(); ++i) {
    const std::int64_t a = x.data[x_is_one ? 0 : i];
    const std::int64_t b = y.data[y_is_one ? 0 : i];
    const auto element = computed(op, a, b);
    if (!element) return Refusal(fmt::format("cannot compute with {} and {}", a, b));
    result.data.push_back(*element);
  }
  return result;
}

}  // namespace slimc::frontend
