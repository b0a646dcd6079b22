// Ops that TensorFlow's optimiser makes of a convolution or product and what follows it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/convert/window.h"

namespace slimc::frontend {
namespace {

std::optional<OpKind> plain_activation(const std::string& name) {
  if (name == "Relu") return OpKind::Relu;
  if (name == "Relu6") return OpKind::Relu6;
  return std::nullopt;
}

std::optional<ActivationFunction> other_activation(const NodeContext& context,
                                                   const std::string& name) {
  if (name == "Elu") return ActivationFunction{Activation::Elu, 1.0f};
  if (name == "LeakyRelu") {
    return ActivationFunction{Activation::LeakyRelu, context.number("leakyrelu_alpha", 0.2f)};
  }
  if (name == "Sigmoid") return ActivationFunction{Activation::Sigmoid};
  if (name == "Tanh") return ActivationFunction{Activation::Tanh};
  if (name == "_FusedHardSwish") return ActivationFunction{Activation::HardSwish};
  if (name == "_FusedSwish") return ActivationFunction{Activation::Swish};
  return std::nullopt;
}

// What follows `value`, in the order of the attribute fused_ops; inputs from the third on are
// theirs.
Result<Imported> followed_by(NodeContext& context, Value value,
                             const std::vector<std::string>& names) {
  int next = 2;
  for (const std::string& name : names) {
    if (name == "BiasAdd") {
      SLIMC_ASSIGN(const Value bias, context.tensor(next++));
      SLIMC_ASSIGN(value, context.step("BiasAdd", OpKind::BiasAdd, {value, bias}));
    } else if (name == "FusedBatchNorm") {
      std::vector<Value> inputs = {value};
      for (int i = 0; i < 4; ++i) {
        SLIMC_ASSIGN(const Value statistic, context.tensor(next++));
        inputs.push_back(statistic);
      }
      BatchNormAttributes attributes;
      attributes.epsilon = context.number("epsilon", 0.0001f);
      SLIMC_ASSIGN(value, context.step("FusedBatchNorm", OpKind::BatchNorm, inputs, attributes));
    } else if (const auto kind = plain_activation(name)) {
      SLIMC_ASSIGN(value, context.step(name, *kind, {value}));
    } else if (const auto function = other_activation(context, name)) {
      SLIMC_ASSIGN(value,
                   context.step(name, OpKind::Activate, {value}, ActivateAttributes{*function}));
    } else {
      return context.fail(fmt::format("fuses '{}', which slimc does not compute", name));
    }
  }
  return context.emit(OpKind::Identity, {value});
}

}  // namespace

Result<Imported> convert_fused_conv2d(NodeContext& context) {
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_ASSIGN(const Value weights, context.tensor(1));
  SLIMC_ASSIGN(const ConvolutionAttributes attributes,
               convolution_attributes(context, image, weights));
  const bool is_depthwise = context.node().op() == "_FusedDepthwiseConv2dNative";
  SLIMC_ASSIGN(const Value value,
               context.step("Conv2D", is_depthwise ? OpKind::DepthwiseConv2D : OpKind::Conv2D,
                            {image, weights}, attributes));
  return followed_by(context, value, context.texts("fused_ops"));
}

Result<Imported> convert_fused_matmul(NodeContext& context) {
  SLIMC_ASSIGN(const Imported product, convert_matmul(context));
  // The product has the node's name; what follows stands behind it.
  return followed_by(context, std::get<Value>(product), context.texts("fused_ops"));
}

}  // namespace slimc::frontend
