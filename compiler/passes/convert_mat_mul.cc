#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"

namespace slimc {

Result<Graph> convert_mat_mul(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    if (op.kind != OpKind::MatMul) return std::nullopt;
    const Op weights = rewriter.producer(op.inputs[1]);
    if (weights.kind != OpKind::Constant) return std::nullopt;
    const std::int64_t n = op.shape[0], co = op.shape[1], ci = weights.shape[0];

    Graph& after = rewriter.after();
    const Value x =
        add_reshape(after, rewriter.now(op.inputs[0]), Shape{n, 1, 1, ci}, op.name + "/pixels");
    const Value kernel =
        after.add_constant(weights.name, {Shape{1, 1, ci, co}, weights.constant->data});
    const Value y = after.add({.kind = OpKind::Conv2D,
                               .name = op.name,
                               .inputs = {x, kernel},
                               .attributes = ConvolutionAttributes{},
                               .shape = Shape{n, 1, 1, co}});
    return add_reshape(after, y, op.shape, op.name + "/rows");
  });
}

}  // namespace slimc
