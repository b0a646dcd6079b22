// Graphs compute the shapes of their reshapes from the shapes of other tensors. All of these are
// known at import, so that arithmetic is done here and leaves no op.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {
namespace {

Result<void> expect_shapes(const NodeContext& context, int index) {
  SLIMC_ASSIGN(const Imported imported, context.input(index));
  if (!std::holds_alternative<Value>(imported)) return {};
  return context.fail("works on an image or activations; slimc computes " + context.node().op() +
                      " of shapes only");
}

Result<std::vector<std::int64_t>> vector_input(const NodeContext& context, int index) {
  SLIMC_TRY(expect_shapes(context, index));
  SLIMC_ASSIGN(IntegerTensor tensor, context.integers(index));
  if (tensor.shape.rank() <= 1) return std::move(tensor.data);
  return context.fail(
      fmt::format("its input {} has the shape {}; slimc computes with vectors of "
                  "integers only",
                  index, tensor.shape.to_string()));
}

IntegerTensor vector_of(std::vector<std::int64_t> values) {
  const auto size = static_cast<std::int64_t>(values.size());
  return {Shape{size}, std::move(values)};
}

}  // namespace

Result<Imported> convert_shape(NodeContext& context) {
  SLIMC_ASSIGN(const Imported imported, context.input(0));
  return vector_of(shape_of(context.state().graph, imported).dims());
}

Result<Imported> convert_rank(NodeContext& context) {
  SLIMC_ASSIGN(const Imported imported, context.input(0));
  return IntegerTensor{Shape{}, {shape_of(context.state().graph, imported).rank()}};
}

Result<Imported> convert_size(NodeContext& context) {
  SLIMC_ASSIGN(const Imported imported, context.input(0));
  return IntegerTensor{Shape{}, {shape_of(context.state().graph, imported).elements()}};
}

// start, limit, delta
Result<Imported> convert_range(NodeContext& context) {
  SLIMC_ASSIGN(const std::int64_t start, context.integer(0));
  SLIMC_ASSIGN(const std::int64_t limit, context.integer(1));
  SLIMC_ASSIGN(const std::int64_t delta, context.integer(2));
  // Dimensions of a tensor are what is counted.
  constexpr std::int64_t kLargest = 1 << 20;
  if (std::max({start, limit, delta}) > kLargest || std::min(start, limit) < -kLargest ||
      delta < 1 || limit - start > kMaxIntegers) {
    return context.fail(fmt::format("counts from {} to {} by {}, which slimc does not compute",
                                    start, limit, delta));
  }
  std::vector<std::int64_t> values;
  for (std::int64_t i = start; i < limit; i += delta) values.push_back(i);
  return vector_of(std::move(values));
}

namespace {

Failure too_many(const NodeContext& context, std::size_t count) {
  return context.fail(
      fmt::format("makes {} integers or more; slimc takes up to {} (shapes, axes, "
                  "paddings)",
                  count, kMaxIntegers));
}

}  // namespace

// Scalars to a vector, vectors to a matrix.
Result<Imported> convert_pack(NodeContext& context) {
  IntegerTensor packed;
  std::vector<std::int64_t> dims = {context.input_count()};
  for (int i = 0; i < context.input_count(); ++i) {
    SLIMC_TRY(expect_shapes(context, i));
    SLIMC_ASSIGN(const IntegerTensor element, context.integers(i));
    if (i == 0) dims.insert(dims.end(), element.shape.dims().begin(), element.shape.dims().end());
    const bool is_alike = std::equal(element.shape.dims().begin(), element.shape.dims().end(),
                                     dims.begin() + 1, dims.end());
    if (element.shape.rank() > 1 || !is_alike || context.integer_attribute("axis", 0) != 0) {
      return context.fail("packs tensors of shape " + element.shape.to_string() +
                          "; slimc packs integers and equal vectors of integers only");
    }
    packed.data.insert(packed.data.end(), element.data.begin(), element.data.end());
    if (std::ssize(packed.data) > kMaxIntegers) return too_many(context, packed.data.size());
  }
  packed.shape = Shape(std::move(dims));
  return packed;
}

// The last input is the axis, which vectors leave no choice for.
Result<Imported> convert_concat(NodeContext& context) {
  std::vector<std::int64_t> values;
  for (int i = 0; i + 1 < context.input_count(); ++i) {
    SLIMC_ASSIGN(const std::vector<std::int64_t> part, vector_input(context, i));
    values.insert(values.end(), part.begin(), part.end());
    if (std::ssize(values) > kMaxIntegers) return too_many(context, values.size());
  }
  return vector_of(std::move(values));
}

// x[begin:end:stride] or x[begin], of a vector.
Result<Imported> convert_strided_slice(NodeContext& context) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> values, vector_input(context, 0));
  SLIMC_ASSIGN(std::int64_t begin, context.integer(1));
  SLIMC_ASSIGN(std::int64_t end, context.integer(2));
  SLIMC_ASSIGN(const std::int64_t stride, context.integer(3));
  const auto size = static_cast<std::int64_t>(values.size());
  if (context.integer_attribute("ellipsis_mask", 0) != 0 ||
      context.integer_attribute("new_axis_mask", 0) != 0 || stride < 1) {
    return context.fail(
        "slices with an ellipsis, a new axis or a step below 1, which slimc does "
        "not compute");
  }
  const auto from_start = [size](std::int64_t index) { return index < 0 ? index + size : index; };
  if (context.integer_attribute("shrink_axis_mask", 0) != 0) {
    const std::int64_t index = from_start(begin);
    if (index < 0 || index >= size) {
      return context.fail(fmt::format("takes element {} of a vector of {}", begin, size));
    }
    return IntegerTensor{Shape{}, {values[static_cast<std::size_t>(index)]}};
  }
  begin = context.integer_attribute("begin_mask", 0) != 0
              ? 0
              : std::clamp<std::int64_t>(from_start(begin), 0, size);
  end = context.integer_attribute("end_mask", 0) != 0
            ? size
            : std::clamp<std::int64_t>(from_start(end), 0, size);
  std::vector<std::int64_t> taken;
  // Not `i += stride` up to the end: a huge step would overflow.
  for (std::int64_t i = begin; i < end; i += std::min(stride, size)) {
    taken.push_back(values[static_cast<std::size_t>(i)]);
  }
  return vector_of(std::move(taken));
}

Result<Imported> convert_gather(NodeContext& context) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> values, vector_input(context, 0));
  SLIMC_ASSIGN(const IntegerTensor indices, context.integers(1));
  IntegerTensor result{indices.shape, {}};
  const auto size = static_cast<std::int64_t>(values.size());
  for (const std::int64_t index : indices.data) {
    if (index < 0 || index >= size) {
      return context.fail(fmt::format("takes element {} of a vector of {}", index, size));
    }
    result.data.push_back(values[static_cast<std::size_t>(index)]);
  }
  return result;
}

// Of all elements of a vector.
Result<Imported> convert_prod(NodeContext& context) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> values, vector_input(context, 0));
  std::int64_t product = 1;
  for (const std::int64_t value : values) {
    if (value < 0 || (value > 0 && product > kMaxElements / value)) {
      return context.fail("multiplies " + Shape(values).to_string() +
                          ", which is no number of elements");
    }
    product *= value;
  }
  if (context.flag("keep_dims", false)) return vector_of({product});
  return IntegerTensor{Shape{}, {product}};
}

}  // namespace slimc::frontend
