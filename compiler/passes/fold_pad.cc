#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"

namespace slimc {

Result<Graph> fold_pad(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    if (op.kind != OpKind::Conv2D && op.kind != OpKind::DepthwiseConv2D) return std::nullopt;
    Op convolution = rewriter.updated(op);
    auto& padding = std::get<ConvolutionAttributes>(convolution.attributes).padding;
    Value& x = convolution.inputs[0];
    const Graph& after = rewriter.after();
    for (; after.op(x).kind == OpKind::Pad; x = after.op(x).inputs[0]) {
      const Padding& zeros = after.op(x).attributes_as<PadAttributes>().padding;
      padding.top += zeros.top;
      padding.bottom += zeros.bottom;
      padding.left += zeros.left;
      padding.right += zeros.right;
    }
    return rewriter.after().add(std::move(convolution));
  });
}

}  // namespace slimc
