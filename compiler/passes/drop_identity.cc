#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"

namespace slimc {

Result<Graph> drop_identity(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    switch (op.kind) {
      case OpKind::Identity:
      case OpKind::Dropout:
        return rewriter.now(op.inputs[0]);
      case OpKind::Reshape:
        return add_reshape(rewriter.after(), rewriter.now(op.inputs[0]), op.shape, op.name);
      default:
        return std::nullopt;
    }
  });
}

}  // namespace slimc
