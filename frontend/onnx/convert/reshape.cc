// Everything that gives a tensor other dimensions and leaves its elements. On what the network
// computes it changes the view alone.
#include <algorithm>
#include <numeric>

#include "frontend/imported_op.h"
#include "frontend/onnx/convert/converters.h"

namespace slimc::frontend::onnx {
namespace {

Result<Imported> with_dims(NodeContext& context, Imported value, std::vector<std::int64_t> dims) {
  if (auto* view = std::get_if<View>(&value)) {
    auto result = reshaped(*view, dims);
    if (result) return Imported(std::move(*result));
    return context.cannot_move(*view, Shape(dims).to_string().c_str());
  }
  if (auto* tensor = std::get_if<FloatTensor>(&value)) {
    SLIMC_TRY(
        context.state().reader.account_for(context.node().output(0), std::ssize((*tensor)->data)));
    return Imported(std::make_shared<const Tensor>(Tensor{Shape(dims), (*tensor)->data}));
  }
  auto& integers = std::get<IntegerTensor>(value);
  integers.shape = Shape(std::move(dims));
  return value;
}

}  // namespace

Result<Imported> convert_identity(NodeContext& context) { return context.input(0); }

// The ratio and the seed are for training, and so was is_test before opset 7.
Result<Imported> convert_dropout(NodeContext& context) {
  context.ignore({"ratio", "seed", "is_test", "consumed_inputs"});
  if (context.has_input(2)) {
    SLIMC_ASSIGN(const std::vector<std::int64_t> training, context.integer_list(2));
    if (training != std::vector<std::int64_t>{0}) {
      return context.fail(
          "drops at random (training_mode is true); export the model for inference");
    }
  }
  return context.input(0);
}

Result<Imported> convert_reshape(NodeContext& context) {
  SLIMC_ASSIGN(Imported value, context.input(0));
  SLIMC_ASSIGN(const std::vector<std::int64_t> target, context.list_of("shape", 1));
  SLIMC_ASSIGN(const bool allows_zero, context.flag("allowzero", false));
  context.ignore({"consumed_inputs"});
  const Shape from(dims_of(value));
  std::vector<std::int64_t> dims = target;
  const auto does_not_fit = [&] {
    return context.fail("cannot reshape " + from.to_string() + " to " + Shape(target).to_string());
  };
  for (std::size_t d = 0; d < dims.size(); ++d) {
    if (dims[d] == 0 && allows_zero) return does_not_fit();
    if (dims[d] != 0) continue;
    if (static_cast<int>(d) >= from.rank()) return does_not_fit();
    dims[d] = from[static_cast<int>(d)];
  }
  const InputChoice& input = context.network_input();
  ReplacedBatch batch;
  // A 0 is the batch that there is.
  if (input.replaced_batch != 0 && std::holds_alternative<View>(value) && !target.empty() &&
      target.front() == input.replaced_batch) {
    batch = {input.replaced_batch, input.shape[0]};
  }
  const std::optional<Shape> shape = resolve_reshape(from, std::move(dims), batch);
  if (!shape) return does_not_fit();
  return with_dims(context, std::move(value), shape->dims());
}

// [d0,..,dn] -> [d0*..*d(axis-1), the rest]
Result<Imported> convert_flatten(NodeContext& context) {
  SLIMC_ASSIGN(Imported value, context.input(0));
  SLIMC_ASSIGN(std::int64_t axis, context.integer("axis", 1));
  const std::vector<std::int64_t> from = dims_of(value);
  const auto rank = static_cast<std::int64_t>(from.size());
  if (axis < -rank || axis > rank) {
    return context.fail(fmt::format("flattens {} at axis {}", Shape(from).to_string(), axis));
  }
  if (axis < 0) axis += rank;
  const auto product = [](auto begin, auto end) {
    return std::accumulate(begin, end, std::int64_t{1}, std::multiplies<>());
  };
  std::vector<std::int64_t> dims = {product(from.begin(), from.begin() + axis),
                                    product(from.begin() + axis, from.end())};
  return with_dims(context, std::move(value), std::move(dims));
}

Result<Imported> convert_squeeze(NodeContext& context) {
  SLIMC_ASSIGN(Imported value, context.input(0));
  const std::vector<std::int64_t> from = dims_of(value);
  const bool names_axes = context.has_list("axes", 1);
  SLIMC_ASSIGN(const std::vector<std::int64_t> named, context.list_of("axes", 1));
  SLIMC_ASSIGN(const std::vector<int> axes, context.axes_of(named, static_cast<int>(from.size())));
  std::vector<std::int64_t> dims;
  for (std::size_t d = 0; d < from.size(); ++d) {
    const bool is_named = std::find(axes.begin(), axes.end(), static_cast<int>(d)) != axes.end();
    if (is_named && from[d] != 1) {
      return context.fail(fmt::format("cannot squeeze dimension {} of {}: expected size 1", d,
                                      Shape(from).to_string()));
    }
    if (names_axes ? !is_named : from[d] != 1) dims.push_back(from[d]);
  }
  return with_dims(context, std::move(value), std::move(dims));
}

Result<Imported> convert_unsqueeze(NodeContext& context) {
  SLIMC_ASSIGN(Imported value, context.input(0));
  SLIMC_ASSIGN(const std::vector<std::int64_t> named, context.list_of("axes", 1));
  std::vector<std::int64_t> dims = dims_of(value);
  // The axes are those of the result.
  SLIMC_ASSIGN(const std::vector<int> axes,
               context.axes_of(named, static_cast<int>(dims.size() + named.size())));
  for (const int axis : axes) dims.insert(dims.begin() + axis, 1);
  return with_dims(context, std::move(value), std::move(dims));
}

Result<Imported> convert_transpose(NodeContext& context) {
  SLIMC_ASSIGN(Imported value, context.input(0));
  const std::vector<std::int64_t> from = dims_of(value);
  const auto rank = static_cast<int>(from.size());
  SLIMC_ASSIGN(std::vector<std::int64_t> perm, context.integer_list("perm"));
  if (perm.empty()) {
    for (int d = rank; d-- > 0;) perm.push_back(d);
  }
  std::vector<std::int64_t> sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  bool is_permutation = sorted.size() == from.size();
  for (std::size_t d = 0; is_permutation && d < sorted.size(); ++d) {
    is_permutation = sorted[d] == static_cast<std::int64_t>(d);
  }
  if (!is_permutation) {
    return context.fail(
        fmt::format("cannot transpose {} by {}", Shape(from).to_string(), Shape(perm).to_string()));
  }
  if (const auto* view = std::get_if<View>(&value)) return Imported(transposed(*view, perm));
  const auto* tensor = std::get_if<FloatTensor>(&value);
  if (tensor == nullptr) {
    if (rank <= 1) return value;
    return context.fail("transposes integers, which slimc does not do");
  }
  SLIMC_TRY(
      context.state().reader.account_for(context.node().output(0), std::ssize((*tensor)->data)));
  // Place i of the result is place `index` of the source.
  std::vector<std::int64_t> dims, strides(static_cast<std::size_t>(rank));
  std::int64_t stride = 1;
  std::vector<std::int64_t> from_strides(static_cast<std::size_t>(rank));
  for (int d = rank; d-- > 0;) {
    from_strides[static_cast<std::size_t>(d)] = stride;
    stride *= from[static_cast<std::size_t>(d)];
  }
  for (std::size_t d = 0; d < perm.size(); ++d) {
    dims.push_back(from[static_cast<std::size_t>(perm[d])]);
    strides[d] = from_strides[static_cast<std::size_t>(perm[d])];
  }
  Tensor result{Shape(dims), {}};
  result.data.reserve((*tensor)->data.size());
  std::vector<std::int64_t> at(dims.size());
  std::int64_t index = 0;
  for (std::size_t i = 0; i < (*tensor)->data.size(); ++i) {
    result.data.push_back((*tensor)->data[static_cast<std::size_t>(index)]);
    for (std::size_t d = dims.size(); d-- > 0;) {
      index += strides[d];
      if (++at[d] < dims[d]) break;
      index -= strides[d] * dims[d];
      at[d] = 0;
    }
  }
  return Imported(std::make_shared<const Tensor>(std::move(result)));
}

}  // namespace slimc::frontend::onnx
