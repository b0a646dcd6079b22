#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"

namespace slimc {
namespace {

ActivationFunction activation_of(const Op& op) {
  if (op.kind == OpKind::Relu) return Activation::Relu;
  if (op.kind == OpKind::Relu6) return Activation::Relu6;
  if (op.kind == OpKind::Activate) return op.attributes_as<ActivateAttributes>().function;
  return Activation::None;
}

}  // namespace

Result<Graph> fuse_activation(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    const ActivationFunction activation = activation_of(op);
    if (activation == Activation::None) return std::nullopt;
    const Value x = op.inputs[0];
    Op convolution = rewriter.producer(x);
    auto* attributes = std::get_if<ConvolutionAttributes>(&convolution.attributes);
    if (attributes == nullptr || attributes->activation != Activation::None ||
        !rewriter.has_one_use(x)) {
      return std::nullopt;
    }
    attributes->activation = activation;
    return rewriter.after().add(std::move(convolution));
  });
}

}  // namespace slimc
