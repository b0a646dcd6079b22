#include "compiler/passes/fold_into_convolution.h"
#include "compiler/passes/passes.h"

namespace slimc {

Result<Graph> fold_batch_norm(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    // Each op of a written-out batch norm is affine by itself, so a chain folds link by link.
    const auto affine = as_channel_affine(rewriter.before(), op);
    if (!affine) return std::nullopt;
    return fold_into_convolution(rewriter, op, *affine);
  });
}

}  // namespace slimc
