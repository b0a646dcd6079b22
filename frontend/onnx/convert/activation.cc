#include <cmath>
#include <limits>

#include "frontend/onnx/convert/converters.h"

namespace slimc::frontend::onnx {
namespace {

Result<Imported> convert_activation(NodeContext& context, ActivationFunction function) {
  context.ignore({"consumed_inputs"});
  SLIMC_ASSIGN(const View view, context.view(0));
  SLIMC_ASSIGN(View result, activate(context, view, function));
  return Imported(std::move(result));
}

}  // namespace

Result<View> activate(NodeContext& context, const View& view, ActivationFunction function) {
  if (!std::isfinite(function.alpha) || !std::isfinite(function.beta)) {
    return context.fail(fmt::format("its parameters are {} and {}; expected finite numbers",
                                    function.alpha, function.beta));
  }
  View result = view;
  SLIMC_ASSIGN(result.value,
               context.emit(OpKind::Activate, {view.value}, ActivateAttributes{function}));
  return result;
}

Result<View> clip(NodeContext& context, const View& view, float low, float high) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  if (std::isnan(low) || std::isnan(high)) return context.fail("clips at NaN");
  if (low <= -kLargest && high >= kLargest) return view;
  View result = view;
  if (low == 0 && high >= kLargest) {
    SLIMC_ASSIGN(result.value, context.emit(OpKind::Relu, {view.value}));
    return result;
  }
  if (low == 0 && high == 6) {
    SLIMC_ASSIGN(result.value, context.emit(OpKind::Relu6, {view.value}));
    return result;
  }
  return activate(context, view,
                  {Activation::Clip, std::max(low, -kLargest), std::min(high, kLargest)});
}

Result<Imported> convert_relu(NodeContext& context) {
  context.ignore({"consumed_inputs"});
  SLIMC_ASSIGN(View view, context.view(0));
  SLIMC_ASSIGN(view.value, context.emit(OpKind::Relu, {view.value}));
  return Imported(std::move(view));
}

// The bounds are attributes before opset 11 and inputs from then on, either of which may be left
// out.
Result<Imported> convert_clip(NodeContext& context) {
  context.ignore({"consumed_inputs"});
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  SLIMC_ASSIGN(const View view, context.view(0));
  SLIMC_ASSIGN(float low, context.number("min", -kInfinity));
  SLIMC_ASSIGN(float high, context.number("max", kInfinity));
  if (context.has_input(1)) {
    SLIMC_ASSIGN(low, context.scalar(1));
  }
  if (context.has_input(2)) {
    SLIMC_ASSIGN(high, context.scalar(2));
  }
  SLIMC_ASSIGN(View result, clip(context, view, low, high));
  return Imported(std::move(result));
}

Result<Imported> convert_leaky_relu(NodeContext& context) {
  SLIMC_ASSIGN(const float alpha, context.number("alpha", 0.01f));
  return convert_activation(context, {Activation::LeakyRelu, alpha});
}

// One slope for all channels is a leaky relu.
Result<Imported> convert_prelu(NodeContext& context) {
  SLIMC_ASSIGN(const FloatTensor slopes, context.floats(1));
  for (const float slope : slopes->data) {
    if (slope == slopes->data.front()) continue;
    return context.fail("has a slope for each channel, which slimc does not do");
  }
  return convert_activation(context, {Activation::LeakyRelu, slopes->data.front()});
}

Result<Imported> convert_elu(NodeContext& context) {
  SLIMC_ASSIGN(const float alpha, context.number("alpha", 1));
  return convert_activation(context, {Activation::Elu, alpha});
}

Result<Imported> convert_hard_sigmoid(NodeContext& context) {
  SLIMC_ASSIGN(const float alpha, context.number("alpha", 0.2f));
  SLIMC_ASSIGN(const float beta, context.number("beta", 0.5f));
  return convert_activation(context, {Activation::HardSigmoid, alpha, beta});
}

Result<Imported> convert_hard_swish(NodeContext& context) {
  return convert_activation(context, {Activation::HardSwish});
}

Result<Imported> convert_sigmoid(NodeContext& context) {
  return convert_activation(context, {Activation::Sigmoid});
}

Result<Imported> convert_tanh(NodeContext& context) {
  return convert_activation(context, {Activation::Tanh});
}

}  // namespace slimc::frontend::onnx
