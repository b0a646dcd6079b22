// Everything that gives a tensor another shape and leaves its elements in their order.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/tensor_checks.h"
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
  const std::int64_t elements = from.elements();
  std::vector<std::int64_t> dims = target.data;
  const auto does_not_fit = [&] {
    return context.fail("cannot reshape " + from.to_string() + " to " +
                        Shape(target.data).to_string());
  };
  if (std::any_of(dims.begin(), dims.end(), [](std::int64_t dim) { return dim < -1; })) {
    return does_not_fit();
  }
  const auto open = std::find(dims.begin(), dims.end(), -1);
  if (open != dims.end()) {
    if (std::count(dims.begin(), dims.end(), -1) > 1) return does_not_fit();
    *open = 1;
    const std::int64_t rest = bounded_product(dims);
    if (rest == 0 || elements % rest != 0) return does_not_fit();
    *open = elements / rest;
  } else if (const std::int64_t batch = context.state().input.replaced_batch;
             batch != 0 && !dims.empty() && dims.front() == batch) {
    // A shape written down for the placeholder's batch holds for the one that the user chose.
    dims.front() = context.state().input.shape[0];
  }
  if (bounded_product(dims) != elements) return does_not_fit();
  return reshaped(context, Shape(std::move(dims)));
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

}  // namespace slimc::frontend
