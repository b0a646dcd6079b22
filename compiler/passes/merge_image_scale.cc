#include "compiler/ir/channel_affine.h"
#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"

namespace slimc {
namespace {

Tensor rounded(const std::vector<double>& values) {
  return {Shape{static_cast<std::int64_t>(values.size())}, {values.begin(), values.end()}};
}

}  // namespace

Result<Graph> merge_image_scale(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    const Graph& before = rewriter.before();
    const Value self{static_cast<int>(&op - before.ops().data())};
    const auto affine = channel_affine_chain(before, self);
    if (!affine || affine->x != before.input || op.shape != before.op(before.input).shape) {
      return std::nullopt;
    }
    Graph& after = rewriter.after();
    const Value scale = after.add_constant(op.name + "/scale", rounded(affine->scale));
    const Value offset = after.add_constant(op.name + "/offset", rounded(affine->offset));
    return after.add({.kind = OpKind::ScaleImage,
                      .name = op.name,
                      .inputs = {rewriter.now(affine->x), scale, offset},
                      .shape = op.shape});
  });
}

}  // namespace slimc
