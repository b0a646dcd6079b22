#include <algorithm>

#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {
namespace {

// Ascending, counted from the front.
Result<std::vector<std::int64_t>> axes_of(const NodeContext& context, int rank) {
  SLIMC_ASSIGN(IntegerTensor axes, context.integers(1));
  for (std::int64_t& axis : axes.data) {
    if (axis < 0) axis += rank;
  }
  std::sort(axes.data.begin(), axes.data.end());
  return std::move(axes.data);
}

// Whether the last dimension alone is reduced, as a softmax that is written out does.
Result<bool> reduces_channels(const NodeContext& context, Value x) {
  const int rank = context.shape(x).rank();
  SLIMC_ASSIGN(const std::vector<std::int64_t> axes, axes_of(context, rank));
  return rank > 0 && axes == std::vector<std::int64_t>{rank - 1};
}

Result<Imported> convert_channels(NodeContext& context, OpKind kind, Value x) {
  if (context.flag("keep_dims", false)) return context.emit(kind, {x});
  SLIMC_ASSIGN(const Value kept,
               context.step(kind == OpKind::SumChannels ? "sum" : "max", kind, {x}));
  std::vector<std::int64_t> dims = context.shape(x).dims();
  dims.pop_back();
  return context.emit(OpKind::Reshape, {kept}, ReshapeAttributes{Shape(std::move(dims))});
}

Result<ReduceAttributes> reduction(NodeContext& context) {
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_TRY(context.expect_rank(image, 4));
  SLIMC_ASSIGN(const std::vector<std::int64_t> axes, axes_of(context, 4));
  if (axes == std::vector<std::int64_t>{0, 1, 2}) {
    return context.fail(
        "reduces batch, height and width, [0,1,2], as batch norm does in training, and no moving "
        "average of it was found; export the graph for evaluation (is_training=False)");
  }
  if (axes != std::vector<std::int64_t>{1, 2}) {
    return context.fail("reduces the axes " + Shape(axes).to_string() +
                        "; slimc reduces height and width, [1,2]");
  }
  return ReduceAttributes{context.flag("keep_dims", false)};
}

Result<Imported> convert_reduction(NodeContext& context, OpKind kind) {
  SLIMC_ASSIGN(const ReduceAttributes attributes, reduction(context));
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  return context.emit(kind, {image}, attributes);
}

}  // namespace

// Over height and width, as many times the mean as there are pixels.
Result<Imported> convert_sum(NodeContext& context) {
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_ASSIGN(const bool of_channels, reduces_channels(context, image));
  if (of_channels) return convert_channels(context, OpKind::SumChannels, image);
  SLIMC_ASSIGN(const ReduceAttributes attributes, reduction(context));
  const std::int64_t pixels = context.shape(image)[1] * context.shape(image)[2];
  SLIMC_ASSIGN(const Value mean, context.step("Mean", OpKind::Mean, {image}, attributes));
  SLIMC_ASSIGN(const Value factor, context.number_constant("pixels", static_cast<float>(pixels)));
  return context.emit(OpKind::Mul, {mean, factor});
}

Result<Imported> convert_mean(NodeContext& context) {
  return convert_reduction(context, OpKind::Mean);
}

Result<Imported> convert_max(NodeContext& context) {
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_ASSIGN(const bool of_channels, reduces_channels(context, image));
  if (of_channels) return convert_channels(context, OpKind::MaxChannels, image);
  return convert_reduction(context, OpKind::Max);
}

}  // namespace slimc::frontend
