// Everything that gives a tensor another shape and leaves its elements in their order.
#include <algorithm>

#include "frontend/imported_op.h"
#include "frontend/tflite/convert/converters.h"

namespace slimc::frontend::tflite {
namespace {

// As a tensor or, in files of old versions, as an option; the tensor goes first.
Result<std::vector<std::int64_t>> target_shape(const OpContext& context) {
  if (context.has_input(1)) return context.integers(1);
  SLIMC_ASSIGN(const auto* options, context.options<schema::ReshapeOptions>());
  const auto* stored = options->new_shape();
  if (stored == nullptr) return context.fail("has neither a tensor nor an option for its shape");
  return std::vector<std::int64_t>(stored->begin(),
                                   stored->begin() + std::min(stored->size(), 64u));
}

}  // namespace

Result<Imported> convert_reshape(OpContext& context) {
  SLIMC_ASSIGN(const Value value, context.tensor(0));
  SLIMC_ASSIGN(const std::vector<std::int64_t> target, target_shape(context));
  const Shape& from = context.shape(value);
  const InputChoice& input = context.network_input();
  ReplacedBatch batch;
  if (input.replaced_batch != 0) batch = {input.replaced_batch, input.shape[0]};
  std::optional<Shape> shape = resolve_reshape(from, target, batch);
  if (!shape) {
    return context.fail("cannot reshape " + from.to_string() + " to " + Shape(target).to_string());
  }
  return context.emit(OpKind::Reshape, {value}, ReshapeAttributes{std::move(*shape)});
}

// The shape with a dimension of size 1 at input 1's position.
Result<Imported> convert_expand_dims(OpContext& context) {
  SLIMC_ASSIGN(const Value value, context.tensor(0));
  SLIMC_ASSIGN(const std::vector<std::int64_t> axes, context.integers(1));
  std::vector<std::int64_t> dims = context.shape(value).dims();
  const std::int64_t count = std::ssize(dims) + 1;
  if (axes.size() != 1 || axes[0] < -count || axes[0] >= count) {
    return context.fail(
        fmt::format("expands {} at {}", Shape(dims).to_string(), Shape(axes).to_string()));
  }
  dims.insert(dims.begin() + (axes[0] < 0 ? axes[0] + count : axes[0]), 1);
  return context.emit(OpKind::Reshape, {value}, ReshapeAttributes{Shape(std::move(dims))});
}

// One that leaves the elements in their order: all it moves are dimensions of size 1.
Result<Imported> convert_transpose(OpContext& context) {
  SLIMC_ASSIGN(const Value value, context.tensor(0));
  SLIMC_ASSIGN(const std::vector<std::int64_t> named, context.integers(1));
  const Shape from = context.shape(value);
  std::vector<std::int64_t> order = named;
  for (std::int64_t& axis : order) {
    if (axis < 0) axis += from.rank();
  }
  std::vector<std::int64_t> sorted = order, all;
  std::sort(sorted.begin(), sorted.end());
  for (int d = 0; d < from.rank(); ++d) all.push_back(d);
  if (sorted != all) {
    return context.fail(fmt::format("its order {} is none of the {} dimensions of {}",
                                    Shape(named).to_string(), from.rank(), from.to_string()));
  }
  std::vector<std::int64_t> dims, moved;
  for (const std::int64_t axis : order) {
    dims.push_back(from[static_cast<int>(axis)]);
    if (dims.back() != 1) moved.push_back(axis);
  }
  if (!std::is_sorted(moved.begin(), moved.end())) {
    return context.fail(
        fmt::format("transposes {} by {}, which slimc does only where the elements "
                    "stay in their order",
                    from.to_string(), Shape(named).to_string()));
  }
  return context.emit(OpKind::Reshape, {value}, ReshapeAttributes{Shape(std::move(dims))});
}

Result<Imported> convert_squeeze(OpContext& context) {
  SLIMC_ASSIGN(const Value value, context.tensor(0));
  SLIMC_ASSIGN(const auto* options, context.optional_options<schema::SqueezeOptions>());
  const Shape from = context.shape(value);
  const auto* axes = options == nullptr ? nullptr : options->squeeze_dims();
  std::vector<bool> drop(static_cast<std::size_t>(from.rank()));
  for (std::uint32_t i = 0; i < size_of(axes); ++i) {
    const std::int32_t named = axes->Get(i);
    const std::int32_t axis = named < 0 ? named + from.rank() : named;
    if (axis < 0 || axis >= from.rank() || from[axis] != 1) {
      return context.fail(fmt::format("cannot squeeze dimension {} of {}: expected size 1", named,
                                      from.to_string()));
    }
    drop[static_cast<std::size_t>(axis)] = true;
  }
  std::vector<std::int64_t> dims;
  for (int d = 0; d < from.rank(); ++d) {
    const bool dropped = size_of(axes) == 0 ? from[d] == 1 : drop[static_cast<std::size_t>(d)];
    if (!dropped) dims.push_back(from[d]);
  }
  return context.emit(OpKind::Reshape, {value}, ReshapeAttributes{Shape(std::move(dims))});
}

}  // namespace slimc::frontend::tflite
