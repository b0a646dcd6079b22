#include <algorithm>

#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {
namespace {

Result<ReduceAttributes> reduction(NodeContext& context) {
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_TRY(context.expect_rank(image, 4));
  SLIMC_ASSIGN(IntegerTensor axes, context.integers(1));
  for (std::int64_t& axis : axes.data) {
    if (axis < 0) axis += 4;
  }
  std::sort(axes.data.begin(), axes.data.end());
  if (axes.data == std::vector<std::int64_t>{0, 1, 2}) {
    return context.fail(
        "reduces batch, height and width, [0,1,2], as batch norm does in training, and no moving "
        "average of it was found; export the graph for evaluation (is_training=False)");
  }
  if (axes.data != std::vector<std::int64_t>{1, 2}) {
    return context.fail("reduces the axes " + Shape(axes.data).to_string() +
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

// As many times the mean as there are pixels.
Result<Imported> convert_sum(NodeContext& context) {
  SLIMC_ASSIGN(const ReduceAttributes attributes, reduction(context));
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  const std::int64_t pixels = context.shape(image)[1] * context.shape(image)[2];
  SLIMC_ASSIGN(const Value mean, context.step("Mean", OpKind::Mean, {image}, attributes));
  SLIMC_ASSIGN(const Value factor, context.number_constant("pixels", static_cast<float>(pixels)));
  return context.emit(OpKind::Mul, {mean, factor});
}

Result<Imported> convert_mean(NodeContext& context) {
  return convert_reduction(context, OpKind::Mean);
}

Result<Imported> convert_max(NodeContext& context) {
  return convert_reduction(context, OpKind::Max);
}

}  // namespace slimc::frontend
