#include <algorithm>

#include "frontend/tflite/convert/converters.h"

namespace slimc::frontend::tflite {
namespace {

Result<Value> convert_reduction(OpContext& context, OpKind kind) {
  SLIMC_ASSIGN(const auto* options, context.optional_options<schema::ReducerOptions>());
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_TRY(context.expect_rank(image, 4));
  SLIMC_ASSIGN(const std::vector<std::int64_t> named, context.integers(1));
  std::vector<std::int64_t> axes = named;
  for (std::int64_t& axis : axes) {
    if (axis < 0 && axis >= -4) axis += 4;
  }
  std::sort(axes.begin(), axes.end());
  if (axes != std::vector<std::int64_t>{1, 2}) {
    return context.fail("reduces the axes " + Shape(named).to_string() +
                        "; slimc reduces height and width, [1,2]");
  }
  return context.emit(kind, {image}, ReduceAttributes{options != nullptr && options->keep_dims()});
}

}  // namespace

Result<Value> convert_mean(OpContext& context) { return convert_reduction(context, OpKind::Mean); }

Result<Value> convert_reduce_max(OpContext& context) {
  return convert_reduction(context, OpKind::Max);
}

}  // namespace slimc::frontend::tflite
