#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"
#include "ir/channel_affine.h"

namespace slimc {
namespace {

Tensor rounded(const std::vector<double>& values) {
  return {Shape{static_cast<std::int64_t>(values.size())}, {values.begin(), values.end()}};
}

bool is_finite(const Tensor& tensor) {
  return std::all_of(tensor.data.begin(), tensor.data.end(),
                     [](float x) { return std::isfinite(x); });
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
    Tensor factors = rounded(affine->scale), summands = rounded(affine->offset);
    if (!is_finite(factors) || !is_finite(summands)) {
      rewriter.problem(op, "it scales the image by numbers that are not finite");
      return std::nullopt;
    }
    Graph& after = rewriter.after();
    const Value scale = after.add_constant(op.name + "/scale", std::move(factors));
    const Value offset = after.add_constant(op.name + "/offset", std::move(summands));
    return after.add({.kind = OpKind::ScaleImage,
                      .name = op.name,
                      .inputs = {rewriter.now(affine->x), scale, offset},
                      .shape = op.shape});
  });
}

}  // namespace slimc
