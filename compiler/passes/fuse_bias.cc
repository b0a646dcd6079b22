#include <algorithm>

#include "compiler/passes/fold_into_convolution.h"
#include "compiler/passes/passes.h"

namespace slimc {
namespace {

Value with_bias(Rewriter& rewriter, const Op& op) {
  Op convolution = rewriter.updated(op);
  if (convolution.inputs.size() < 3) {
    const std::int64_t channels = op.shape[3];
    convolution.inputs.push_back(rewriter.after().add_constant(
        op.name + "/bias",
        {Shape{channels}, std::vector<float>(static_cast<std::size_t>(channels), 0.0f)}));
  }
  return rewriter.after().add(std::move(convolution));
}

bool only_adds(const ChannelAffine& affine) {
  return std::all_of(affine.scale.begin(), affine.scale.end(), [](double s) { return s == 1.0; });
}

}  // namespace

Result<Graph> fuse_bias(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    switch (op.kind) {
      case OpKind::Conv2D:
      case OpKind::DepthwiseConv2D:
        return with_bias(rewriter, op);
      case OpKind::BiasAdd:
      case OpKind::Add:
      case OpKind::Sub: {
        const auto affine = as_channel_affine(rewriter.before(), op);
        if (!affine || !only_adds(*affine)) return std::nullopt;
        return fold_into_convolution(rewriter, op, *affine);
      }
      default:
        return std::nullopt;
    }
  });
}

}  // namespace slimc
