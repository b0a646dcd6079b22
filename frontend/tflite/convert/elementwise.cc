#include "frontend/tflite/convert/converters.h"

namespace slimc::frontend::tflite {
namespace {

Result<Value> convert_binary(OpContext& context, OpKind kind) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  SLIMC_ASSIGN(const Value y, context.tensor(1));
  return context.emit(kind, {x, y});
}

// Options: those of the op, which hold an activation.
template <typename Options>
Result<Value> convert_arithmetic(OpContext& context, OpKind kind) {
  SLIMC_ASSIGN(const Options* options, context.optional_options<Options>());
  SLIMC_ASSIGN(const Value result, convert_binary(context, kind));
  if (options == nullptr) return result;
  return context.activate(result, options->fused_activation_function());
}

Result<Value> convert_unary(OpContext& context, OpKind kind) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  return context.emit(kind, {x});
}

}  // namespace

Result<Value> convert_add(OpContext& context) {
  return convert_arithmetic<schema::AddOptions>(context, OpKind::Add);
}

Result<Value> convert_sub(OpContext& context) {
  return convert_arithmetic<schema::SubOptions>(context, OpKind::Sub);
}

Result<Value> convert_mul(OpContext& context) {
  return convert_arithmetic<schema::MulOptions>(context, OpKind::Mul);
}

Result<Value> convert_div(OpContext& context) {
  return convert_arithmetic<schema::DivOptions>(context, OpKind::Div);
}

Result<Value> convert_maximum(OpContext& context) {
  return convert_binary(context, OpKind::Maximum);
}

Result<Value> convert_minimum(OpContext& context) {
  return convert_binary(context, OpKind::Minimum);
}

Result<Value> convert_relu(OpContext& context) { return convert_unary(context, OpKind::Relu); }

Result<Value> convert_relu6(OpContext& context) { return convert_unary(context, OpKind::Relu6); }

// exp(beta*x) over its sum.
Result<Value> convert_softmax(OpContext& context) {
  SLIMC_ASSIGN(const auto* options, context.options<schema::SoftmaxOptions>());
  if (options->beta() != 1.0f) {
    return context.fail(
        fmt::format("its beta is {}; slimc computes a softmax of beta 1", options->beta()));
  }
  return convert_unary(context, OpKind::Softmax);
}

// Weights that are stored as FLOAT16. (Those of quantised models are refused before.)
Result<Value> convert_dequantize(OpContext& context) { return context.tensor(0); }

}  // namespace slimc::frontend::tflite
