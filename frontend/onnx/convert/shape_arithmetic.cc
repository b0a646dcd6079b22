// Files compute the shapes of their reshapes from the shapes of other tensors. All of these are
// known at import, so that arithmetic is done here and leaves no op.
#include <algorithm>

#include "frontend/onnx/convert/converters.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend::onnx {
namespace {

Imported list(std::vector<std::int64_t> values) {
  const auto size = std::ssize(values);
  return IntegerTensor{Shape{size}, std::move(values)};
}

Result<std::int64_t> one_integer(NodeContext& context, int index) {
  SLIMC_ASSIGN(const IntegerTensor tensor, context.integers(index));
  if (tensor.data.size() == 1) return tensor.data[0];
  return context.fail(fmt::format("its input {} ('{}') has the shape {}; expected one integer",
                                  index, context.input_name(index), tensor.shape.to_string()));
}

}  // namespace

// From opset 15 on of a part of the dimensions.
Result<Imported> convert_shape(NodeContext& context) {
  SLIMC_ASSIGN(const Imported value, context.input(0));
  const std::vector<std::int64_t> dims = dims_of(value);
  const auto rank = std::ssize(dims);
  SLIMC_ASSIGN(std::int64_t start, context.integer("start", 0));
  SLIMC_ASSIGN(std::int64_t end, context.integer("end", rank));
  const auto clamped = [rank](std::int64_t at) {
    return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  start = clamped(start);
  end = std::max(start, clamped(end));
  return list(std::vector<std::int64_t>(dims.begin() + start, dims.begin() + end));
}

Result<Imported> convert_size(NodeContext& context) {
  SLIMC_ASSIGN(const Imported value, context.input(0));
  return Imported(IntegerTensor{Shape{}, {Shape(dims_of(value)).elements()}});
}

Result<Imported> convert_gather(NodeContext& context) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> values, context.integer_list(0));
  SLIMC_ASSIGN(const IntegerTensor indices, context.integers(1));
  SLIMC_ASSIGN(const std::int64_t axis, context.integer("axis", 0));
  SLIMC_TRY(context.axis_of(axis, 1));
  IntegerTensor result{indices.shape, {}};
  const auto size = std::ssize(values);
  for (const std::int64_t index : indices.data) {
    if (index < -size || index >= size) {
      return context.fail(fmt::format("takes element {} of a list of {}", index, size));
    }
    result.data.push_back(values[static_cast<std::size_t>(index < 0 ? index + size : index)]);
  }
  return Imported(std::move(result));
}

Result<Imported> convert_concat(NodeContext& context) {
  SLIMC_ASSIGN(const std::int64_t axis, context.integer("axis", 1));
  std::vector<std::int64_t> values;
  for (int i = 0; i < context.input_count(); ++i) {
    SLIMC_ASSIGN(const std::vector<std::int64_t> part, context.integer_list(i));
    values.insert(values.end(), part.begin(), part.end());
    if (std::ssize(values) > kMaxIntegers) {
      return context.fail(fmt::format("makes more than {} integers", kMaxIntegers));
    }
  }
  SLIMC_TRY(context.axis_of(axis, 1));
  return list(std::move(values));
}

// starts, ends, axes, steps: attributes before opset 10, inputs from then on.
Result<Imported> convert_slice(NodeContext& context) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> values, context.integer_list(0));
  SLIMC_ASSIGN(const std::vector<std::int64_t> starts, context.list_of("starts", 1));
  SLIMC_ASSIGN(const std::vector<std::int64_t> ends, context.list_of("ends", 2));
  SLIMC_ASSIGN(const std::vector<std::int64_t> axes, context.list_of("axes", 3));
  std::int64_t step = 1;
  if (context.has_input(4)) {
    SLIMC_ASSIGN(step, one_integer(context, 4));
  }
  SLIMC_TRY(context.axes_of(axes, 1));
  if (starts.size() != 1 || ends.size() != 1 || step == 0) {
    return context.fail("slices a list by " + Shape(starts).to_string() + " to " +
                        Shape(ends).to_string() + fmt::format(" in steps of {}", step));
  }
  const auto size = std::ssize(values);
  const auto clamped = [size](std::int64_t at, std::int64_t low, std::int64_t high) {
    return std::clamp<std::int64_t>(at < 0 ? std::max(at, -size - 1) + size : at, low, high);
  };
  std::vector<std::int64_t> taken;
  // Not `i += step` beyond the ends: a huge step would overflow.
  if (step > 0) {
    const std::int64_t end = clamped(ends[0], 0, size);
    for (std::int64_t i = clamped(starts[0], 0, size); i < end; i += std::min(step, size)) {
      taken.push_back(values[static_cast<std::size_t>(i)]);
    }
  } else {
    const std::int64_t end = clamped(ends[0], -1, size - 1);
    for (std::int64_t i = clamped(starts[0], -1, size - 1); i > end;
         i += std::max(step, -size - 1)) {
      taken.push_back(values[static_cast<std::size_t>(i)]);
    }
  }
  return list(std::move(taken));
}

Result<Imported> convert_range(NodeContext& context) {
  SLIMC_ASSIGN(const std::int64_t start, one_integer(context, 0));
  SLIMC_ASSIGN(const std::int64_t limit, one_integer(context, 1));
  SLIMC_ASSIGN(const std::int64_t delta, one_integer(context, 2));
  // Dimensions of a tensor are what is counted.
  constexpr std::int64_t kLargest = 1 << 20;
  if (std::max({start, limit, delta}) > kLargest || std::min(start, limit) < -kLargest ||
      delta < 1 || limit - start > kMaxIntegers) {
    return context.fail(fmt::format("counts from {} to {} by {}, which slimc does not compute",
                                    start, limit, delta));
  }
  std::vector<std::int64_t> values;
  for (std::int64_t i = start; i < limit; i += delta) values.push_back(i);
  return list(std::move(values));
}

Result<Imported> convert_reduce_prod(NodeContext& context) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> values, context.integer_list(0));
  SLIMC_ASSIGN(const std::vector<std::int64_t> axes, context.list_of("axes", 1));
  SLIMC_ASSIGN(const bool keeps_dims, context.flag("keepdims", true));
  SLIMC_ASSIGN(const bool does_nothing, context.flag("noop_with_empty_axes", false));
  SLIMC_TRY(context.axes_of(axes, 1));
  if (axes.empty() && does_nothing) return list(values);
  for (const std::int64_t value : values) {
    if (value < 0) return context.fail("multiplies " + Shape(values).to_string());
  }
  const std::int64_t product = bounded_product(values);
  if (product > kMaxElements) {
    return context.fail("multiplies " + Shape(values).to_string() +
                        ", which is no number of elements");
  }
  return Imported(IntegerTensor{keeps_dims ? Shape{1} : Shape{}, {product}});
}

Result<Imported> convert_equal(NodeContext& context) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> x, context.integer_list(0));
  SLIMC_ASSIGN(const std::vector<std::int64_t> y, context.integer_list(1));
  if (x.size() != y.size() && x.size() != 1 && y.size() != 1) {
    return context.fail("compares lists of different lengths");
  }
  std::vector<std::int64_t> result;
  for (std::size_t i = 0; i < std::max(x.size(), y.size()) && !x.empty() && !y.empty(); ++i) {
    result.push_back(x[x.size() == 1 ? 0 : i] == y[y.size() == 1 ? 0 : i] ? 1 : 0);
  }
  return list(std::move(result));
}

Result<Imported> convert_where(NodeContext& context) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> condition, context.integer_list(0));
  SLIMC_ASSIGN(const std::vector<std::int64_t> x, context.integer_list(1));
  SLIMC_ASSIGN(const std::vector<std::int64_t> y, context.integer_list(2));
  std::vector<std::int64_t> result;
  if (std::min({condition.size(), x.size(), y.size()}) == 0) return list(std::move(result));
  const std::size_t size = std::max({condition.size(), x.size(), y.size()});
  for (const auto* part : {&condition, &x, &y}) {
    if (part->size() != 1 && part->size() != size) {
      return context.fail("chooses among lists of different lengths");
    }
  }
  const auto at = [](const std::vector<std::int64_t>& of, std::size_t i) {
    return of[of.size() == 1 ? 0 : i];
  };
  for (std::size_t i = 0; i < size; ++i) {
    result.push_back(at(condition, i) != 0 ? at(x, i) : at(y, i));
  }
  return list(std::move(result));
}

// One number in a shape, or a tensor that has the shape already.
Result<Imported> convert_expand(NodeContext& context) {
  SLIMC_ASSIGN(const Imported value, context.input(0));
  SLIMC_ASSIGN(const std::vector<std::int64_t> dims, context.integer_list(1));
  const std::vector<std::int64_t> from = dims_of(value);
  for (const std::int64_t dim : dims) {
    if (dim < 0) return context.fail("expands to the shape " + Shape(dims).to_string());
  }
  if (dims == from || Shape(dims).elements() == 1) {
    if (dims.size() <= from.size()) return value;
  }
  const auto* floats = std::get_if<FloatTensor>(&value);
  const auto* integers = std::get_if<IntegerTensor>(&value);
  if ((floats == nullptr && integers == nullptr) || Shape(from).elements() != 1) {
    return context.fail(fmt::format("expands {} to {}, which slimc does not do",
                                    Shape(from).to_string(), Shape(dims).to_string()));
  }
  const std::int64_t elements = bounded_product(dims);
  if (elements > (integers != nullptr ? kMaxIntegers : kMaxElements)) {
    return context.fail("makes more elements than slimc takes");
  }
  const auto count = static_cast<std::size_t>(elements);
  if (integers != nullptr) {
    return Imported(
        IntegerTensor{Shape(dims), std::vector<std::int64_t>(count, integers->data[0])});
  }
  SLIMC_TRY(context.state().reader.account_for(context.node().output(0), elements));
  return Imported(std::make_shared<const Tensor>(
      Tensor{Shape(dims), std::vector<float>(count, (*floats)->data[0])}));
}

}  // namespace slimc::frontend::onnx
