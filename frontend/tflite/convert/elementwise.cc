#include <cmath>

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

Result<Imported> convert_add(OpContext& context) {
  return convert_arithmetic<schema::AddOptions>(context, OpKind::Add);
}

Result<Imported> convert_sub(OpContext& context) {
  return convert_arithmetic<schema::SubOptions>(context, OpKind::Sub);
}

Result<Imported> convert_mul(OpContext& context) {
  return convert_arithmetic<schema::MulOptions>(context, OpKind::Mul);
}

Result<Imported> convert_div(OpContext& context) {
  return convert_arithmetic<schema::DivOptions>(context, OpKind::Div);
}

Result<Imported> convert_maximum(OpContext& context) {
  return convert_binary(context, OpKind::Maximum);
}

Result<Imported> convert_minimum(OpContext& context) {
  return convert_binary(context, OpKind::Minimum);
}

Result<Imported> convert_relu(OpContext& context) { return convert_unary(context, OpKind::Relu); }

Result<Imported> convert_relu6(OpContext& context) { return convert_unary(context, OpKind::Relu6); }

Result<Imported> convert_exp(OpContext& context) { return convert_unary(context, OpKind::Exp); }

Result<Imported> convert_sqrt(OpContext& context) { return convert_unary(context, OpKind::Sqrt); }

Result<Imported> convert_rsqrt(OpContext& context) { return convert_unary(context, OpKind::Rsqrt); }

// exp(beta*x) over its sum.
Result<Imported> convert_softmax(OpContext& context) {
  SLIMC_ASSIGN(const auto* options, context.options<schema::SoftmaxOptions>());
  SLIMC_ASSIGN(Value x, context.tensor(0));
  const float beta = options->beta();
  if (!std::isfinite(beta)) return context.fail(fmt::format("its beta is {}", beta));
  if (beta != 1.0f) {
    const Value factor = context.new_constant("beta", Tensor{Shape{}, {beta}});
    SLIMC_ASSIGN(x, context.emit(OpKind::Mul, {x, factor}));
  }
  return context.emit(OpKind::Softmax, {x});
}

}  // namespace slimc::frontend::tflite
