#include <algorithm>

#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {
namespace {

Result<Imported> convert_reduction(NodeContext& context, OpKind kind) {
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_TRY(context.expect_rank(image, 4));
  SLIMC_ASSIGN(IntegerTensor axes, context.integers(1));
  for (std::int64_t& axis : axes.data) {
    if (axis < 0) axis += 4;
  }
  std::sort(axes.data.begin(), axes.data.end());
  if (axes.data != std::vector<std::int64_t>{1, 2}) {
    return context.fail("reduces the axes " + Shape(axes.data).to_string() +
                        "; slimc reduces height and width, [1,2]");
  }
  return context.emit(kind, {image}, ReduceAttributes{context.flag("keep_dims", false)});
}

}  // namespace

Result<Imported> convert_mean(NodeContext& context) {
  return convert_reduction(context, OpKind::Mean);
}

Result<Imported> convert_max(NodeContext& context) {
  return convert_reduction(context, OpKind::Max);
}

}  // namespace slimc::frontend
