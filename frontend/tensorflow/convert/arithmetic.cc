// Arithmetic for which the IR has no op of its own, in terms of what it has. Batch norm that was
// written out uses it, mostly on constants, which passes compute.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/convert/written_out.h"

namespace slimc::frontend {

Result<Imported> convert_neg(NodeContext& context) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  SLIMC_ASSIGN(const Value minus_one, context.number_constant("minus_one", -1));
  return context.emit(OpKind::Mul, {x, minus_one});
}

Result<Imported> convert_square(NodeContext& context) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  return context.emit(OpKind::Mul, {x, x});
}

Result<Imported> convert_squared_difference(NodeContext& context) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  SLIMC_ASSIGN(const Value y, context.tensor(1));
  SLIMC_ASSIGN(const Value difference, context.step("difference", OpKind::Sub, {x, y}));
  return context.emit(OpKind::Mul, {difference, difference});
}

Result<Imported> convert_reciprocal(NodeContext& context) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  SLIMC_ASSIGN(const Value one, context.number_constant("one", 1));
  return context.emit(OpKind::Div, {one, x});
}

// By a constant exponent that is a root or a square.
Result<Imported> convert_pow(NodeContext& context) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  SLIMC_ASSIGN(const Value y, context.tensor(1));
  const Op& exponent = context.state().graph.op(y);
  if (exponent.kind != OpKind::Constant) {
    return context.fail("its exponent '" + exponent.name + "' is no constant");
  }
  const std::vector<float>& data = exponent.constant->data;
  const float power = data.front();
  const bool is_uniform =
      std::all_of(data.begin(), data.end(), [&](float p) { return p == power; });
  if (is_uniform && exponent.shape.elements() == 1) {
    if (power == 0.5f) return context.emit(OpKind::Sqrt, {x});
    if (power == -0.5f) return context.emit(OpKind::Rsqrt, {x});
    if (power == 1.0f) return context.input(0);
    if (power == 2.0f) return context.emit(OpKind::Mul, {x, x});
    if (power == -1.0f) return convert_reciprocal(context);
  }
  return context.fail(
      fmt::format("raises to the power of {}; slimc computes -1, -0.5, 0.5, 1 and 2", power));
}

// max(min(x, high), low), as tf.clip_by_value computes it.
Result<Imported> convert_clip_by_value(NodeContext& context) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  SLIMC_ASSIGN(const Value low, context.tensor(1));
  SLIMC_ASSIGN(const Value high, context.tensor(2));
  if (const auto found = written_out_clip(context.state().graph, x, low, high)) {
    return context.emit(OpKind::Activate, {found->x}, ActivateAttributes{found->function});
  }
  SLIMC_ASSIGN(const Value below, context.step("Minimum", OpKind::Minimum, {x, high}));
  return context.emit(OpKind::Maximum, {below, low});
}

}  // namespace slimc::frontend
