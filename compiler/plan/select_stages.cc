// The last step over the graph, and the only one that knows the target: which blocks stay whole.
#include "compiler/build/codegen.h"
#include "compiler/passes/rewriter.h"
#include "compiler/plan/stage_tilings.h"

namespace slimc {
namespace {

StageShape shape_of_block(const Graph& graph, const Op& op) {
  const auto& a = op.attributes_as<DepthwisePointwiseAttributes>();
  const Shape& in = graph.op(op.inputs[0]).shape;
  const Shape& kernel = graph.constant(op.inputs[1]).shape;
  StageShape s;
  s.kind = StageKind::DepthwisePointwise;
  s.in_h = in[1], s.in_w = in[2], s.in_c = s.in_padded_c = in[3];
  s.out_h = op.shape[1], s.out_w = op.shape[2], s.out_c = op.shape[3];
  s.kernel_h = kernel[0], s.kernel_w = kernel[1];
  s.stride_h = a.depthwise.stride_h, s.stride_w = a.depthwise.stride_w;
  s.dilation_h = a.depthwise.dilation_h, s.dilation_w = a.depthwise.dilation_w;
  s.depth_multiplier = kernel[3];
  return s;
}

// The block as its two convolutions.
Value split(Rewriter& rewriter, const Op& op) {
  const auto& a = op.attributes_as<DepthwisePointwiseAttributes>();
  const Op block = rewriter.updated(op);
  Op depthwise;
  depthwise.kind = OpKind::DepthwiseConv2D;
  depthwise.name = op.name + "/depthwise";
  depthwise.inputs = {block.inputs[0], block.inputs[1], block.inputs[2]};
  depthwise.attributes = a.depthwise;
  const Value between = rewriter.after().add(std::move(depthwise));

  Op pointwise;
  pointwise.kind = OpKind::Conv2D;
  pointwise.name = op.name;
  pointwise.inputs = {between, block.inputs[3], block.inputs[4]};
  ConvolutionAttributes pointwise_attributes;
  pointwise_attributes.activation = a.pointwise_activation;
  pointwise.attributes = pointwise_attributes;
  return rewriter.after().add(std::move(pointwise));
}

}  // namespace

Result<Graph> select_stages(const Graph& graph, const CompileOptions& options) {
  return rewrite(graph, [&](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    if (op.kind != OpKind::DepthwisePointwise) return std::nullopt;
    if (fuse_block(shape_of_block(rewriter.before(), op), options)) return std::nullopt;
    return split(rewriter, op);
  });
}

}  // namespace slimc
