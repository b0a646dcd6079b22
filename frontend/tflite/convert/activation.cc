// Element-wise functions that are ops of their own.
#include <cmath>

#include "frontend/tflite/convert/converters.h"

namespace slimc::frontend::tflite {
namespace {

Result<Imported> convert_activation(OpContext& context, ActivationFunction function) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  return context.emit(OpKind::Activate, {x}, ActivateAttributes{function});
}

}  // namespace

Result<Imported> convert_logistic(OpContext& context) {
  return convert_activation(context, Activation::Sigmoid);
}

Result<Imported> convert_tanh(OpContext& context) {
  return convert_activation(context, Activation::Tanh);
}

Result<Imported> convert_elu(OpContext& context) {
  return convert_activation(context, {Activation::Elu, 1});
}

Result<Imported> convert_hard_swish(OpContext& context) {
  return convert_activation(context, Activation::HardSwish);
}

Result<Imported> convert_relu_n1_to_1(OpContext& context) {
  return convert_activation(context, {Activation::Clip, -1, 1});
}

Result<Imported> convert_relu_0_to_1(OpContext& context) {
  return convert_activation(context, {Activation::Clip, 0, 1});
}

Result<Imported> convert_leaky_relu(OpContext& context) {
  SLIMC_ASSIGN(const auto* options, context.options<schema::LeakyReluOptions>());
  if (!std::isfinite(options->alpha())) {
    return context.fail(fmt::format("its alpha is {}", options->alpha()));
  }
  return convert_activation(context, {Activation::LeakyRelu, options->alpha()});
}

}  // namespace slimc::frontend::tflite
