#include <algorithm>

#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"

namespace slimc {
namespace {

// With a bias and constant weights, as fuse_bias leaves them.
bool is_complete(const Graph& graph, const Op& convolution) {
  return convolution.inputs.size() == 3 &&
         std::all_of(convolution.inputs.begin() + 1, convolution.inputs.end(),
                     [&](Value v) { return graph.op(v).kind == OpKind::Constant; });
}

// Looks at one pixel for each pixel of its result.
bool is_pointwise(const Graph& graph, const Op& op) {
  if (op.kind != OpKind::Conv2D || !is_complete(graph, op)) return false;
  const auto& attributes = op.attributes_as<ConvolutionAttributes>();
  const Shape& weights = graph.op(op.inputs[1]).shape;
  return weights[0] == 1 && weights[1] == 1 && attributes.stride_h == 1 &&
         attributes.stride_w == 1 && attributes.dilation_h == 1 && attributes.dilation_w == 1 &&
         attributes.padding == Padding{};
}

}  // namespace

Result<Graph> fuse_depthwise_pointwise(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    if (!is_pointwise(rewriter.before(), op)) return std::nullopt;
    const Value middle = op.inputs[0];
    const Op depthwise = rewriter.producer(middle);
    if (depthwise.kind != OpKind::DepthwiseConv2D || !is_complete(rewriter.after(), depthwise) ||
        !rewriter.has_one_use(middle)) {
      return std::nullopt;
    }
    const Op pointwise = rewriter.updated(op);
    return rewriter.after().add(
        {.kind = OpKind::DepthwisePointwise,
         .name = op.name,
         .inputs = {depthwise.inputs[0], depthwise.inputs[1], depthwise.inputs[2],
                    pointwise.inputs[1], pointwise.inputs[2]},
         .attributes =
             DepthwisePointwiseAttributes{
                 .depthwise = depthwise.attributes_as<ConvolutionAttributes>(),
                 .pointwise_activation = op.attributes_as<ConvolutionAttributes>().activation},
         .shape = op.shape});
  });
}

}  // namespace slimc
