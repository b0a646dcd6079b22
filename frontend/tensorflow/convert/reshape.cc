// Everything that gives a tensor another shape and leaves its elements in their order.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/imported_op.h"
#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {
namespace {

// The op for floats; for integers, the same numbers under the new shape.
Result<Imported> reshaped(NodeContext& context, Shape shape) {
  SLIMC_ASSIGN(Imported imported, context.input(0));
  if (auto* integers = std::get_if<IntegerTensor>(&imported)) {
    integers->shape = std::move(shape);
    return imported;
  }
  SLIMC_ASSIGN(const Value value, context.tensor(0));
  return context.emit(OpKind::Reshape, {value}, ReshapeAttributes{std::move(shape)});
}

// An axis of a tensor of `rank`, negative ones counted from the end; -1 if there is none.
std::int64_t normalised_axis(std::int64_t axis, int rank) {
  if (axis < 0) axis += rank;
  return axis >= 0 && axis < rank ? axis : -1;
}

}  // namespace

Result<Imported> convert_reshape(NodeContext& context) {
  SLIMC_ASSIGN(const Imported imported, context.input(0));
  SLIMC_ASSIGN(const IntegerTensor target, context.integers(1));
  const Shape from = shape_of(context.state().graph, imported);
  // A list of integers is no image: its first size is no batch.
  ReplacedBatch batch;
  if (!std::holds_alternative<IntegerTensor>(imported)) {
    const InputChoice& input = context.state().input;
    if (input.replaced_batch != 0) batch = {input.replaced_batch, input.shape[0]};
  }
  std::optional<Shape> shape = resolve_reshape(from, target.data, batch);
  if (!shape) {
    return context.fail("cannot reshape " + from.to_string() + " to " +
                        Shape(target.data).to_string());
  }
  return reshaped(context, std::move(*shape));
}

Result<Imported> convert_squeeze(NodeContext& context) {
  SLIMC_ASSIGN(const Imported imported, context.input(0));
  const Shape from = shape_of(context.state().graph, imported);
  std::vector<bool> drop(static_cast<std::size_t>(from.rank()));
  const std::vector<std::int64_t> axes =
      context.list(context.has("squeeze_dims") ? "squeeze_dims" : "axis");
  for (const std::int64_t named : axes) {
    const std::int64_t axis = normalised_axis(named, from.rank());
    if (axis < 0 || from[static_cast<int>(axis)] != 1) {
      return context.fail(fmt::format("cannot squeeze dimension {} of {}: expected size 1", named,
                                      from.to_string()));
    }
    drop[static_cast<std::size_t>(axis)] = true;
  }
  std::vector<std::int64_t> dims;
  for (int d = 0; d < from.rank(); ++d) {
    const bool dropped = axes.empty() ? from[d] == 1 : drop[static_cast<std::size_t>(d)];
    if (!dropped) dims.push_back(from[d]);
  }
  return reshaped(context, Shape(std::move(dims)));
}

Result<Imported> convert_expand_dims(NodeContext& context) {
  SLIMC_ASSIGN(const Imported imported, context.input(0));
  SLIMC_ASSIGN(const std::int64_t named, context.integer(1));
  const Shape from = shape_of(context.state().graph, imported);
  const std::int64_t axis = normalised_axis(named, from.rank() + 1);
  if (axis < 0) {
    return context.fail(fmt::format("cannot expand {} at dimension {}", from.to_string(), named));
  }
  std::vector<std::int64_t> dims = from.dims();
  dims.insert(dims.begin() + axis, 1);
  return reshaped(context, Shape(std::move(dims)));
}

// Where only dimensions of size 1 change their places, the elements stay in their order. Weights
// are rearranged here.
Result<Imported> convert_transpose(NodeContext& context) {
  SLIMC_ASSIGN(const Imported imported, context.input(0));
  SLIMC_ASSIGN(const IntegerTensor order, context.integers(1));
  const Shape from = shape_of(context.state().graph, imported);
  std::vector<std::int64_t> sorted = order.data, dims, moved;
  std::sort(sorted.begin(), sorted.end());
  for (int d = 0; d < from.rank(); ++d) {
    if (std::ssize(sorted) != from.rank() || sorted[static_cast<std::size_t>(d)] != d) {
      return context.fail("cannot transpose " + from.to_string() + " by " +
                          Shape(order.data).to_string());
    }
  }
  for (const std::int64_t axis : order.data) {
    dims.push_back(from[static_cast<int>(axis)]);
    if (dims.back() != 1) moved.push_back(axis);
  }
  if (std::is_sorted(moved.begin(), moved.end())) return reshaped(context, Shape(std::move(dims)));
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  const Op& op = context.state().graph.op(x);
  if (op.kind != OpKind::Constant) {
    return context.fail("transposes " + from.to_string() + " by " + Shape(order.data).to_string() +
                        "; slimc reads NHWC graphs, in which the image stays as it is");
  }
  SLIMC_TRY(context.repeat(from.elements()));
  // How far apart in the old tensor the elements of each new dimension are.
  std::vector<std::int64_t> strides;
  for (const std::int64_t axis : order.data) {
    std::int64_t stride = 1;
    for (int d = static_cast<int>(axis) + 1; d < from.rank(); ++d) stride *= from[d];
    strides.push_back(stride);
  }
  Tensor tensor{Shape(dims), {}};
  tensor.data.reserve(op.constant->data.size());
  std::vector<std::int64_t> at(dims.size());
  for (std::size_t i = 0; i < op.constant->data.size(); ++i) {
    std::int64_t source = 0;
    for (std::size_t d = 0; d < dims.size(); ++d) source += at[d] * strides[d];
    tensor.data.push_back(op.constant->data[static_cast<std::size_t>(source)]);
    for (std::size_t d = dims.size(); d-- > 0;) {
      if (++at[d] < dims[d]) break;
      at[d] = 0;
    }
  }
  return context.constant(context.node().name(), std::move(tensor));
}

}  // namespace slimc::frontend
