// Element-wise functions: those that are ops, and those that graphs write out of others. What is
// written out is recognised at its last node; the ops in front of it stay, and are pruned where
// nothing else reads them.
#include <cmath>
#include <optional>

#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/convert/written_out.h"

namespace slimc::frontend {
namespace {

Result<Imported> activate(NodeContext& context, ActivationFunction function) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  return context.emit(OpKind::Activate, {x}, ActivateAttributes{function});
}

// x and a number, in either order.
struct Scaled {
  Value x;
  float number = 0;
};

std::optional<float> number_in(const Graph& graph, Value value) {
  const Op& op = graph.op(value);
  if (op.kind != OpKind::Constant || op.shape.elements() != 1) return std::nullopt;
  return op.constant->data.front();
}

std::optional<Scaled> with_number(const Graph& graph, const Op& op, OpKind kind) {
  if (op.kind != kind) return std::nullopt;
  if (const auto number = number_in(graph, op.inputs[1])) return Scaled{op.inputs[0], *number};
  if (kind == OpKind::Sub || kind == OpKind::Div) return std::nullopt;
  if (const auto number = number_in(graph, op.inputs[0])) return Scaled{op.inputs[1], *number};
  return std::nullopt;
}

bool is_near(float a, float b) { return std::abs(a - b) <= 1e-5f * std::abs(b); }

constexpr float kSixth = 1.0f / 6;

// x of relu6(x + 3).
std::optional<Value> shifted_relu6(const Graph& graph, Value value) {
  const Op& op = graph.op(value);
  if (op.kind != OpKind::Relu6) return std::nullopt;
  const auto sum = with_number(graph, graph.op(op.inputs[0]), OpKind::Add);
  return sum && sum->number == 3.0f ? std::optional(sum->x) : std::nullopt;
}

bool is_activation(const Op& op, Activation kind) {
  return op.kind == OpKind::Activate &&
         op.attributes_as<ActivateAttributes>().function.kind == kind;
}

// x of x * relu6(x + 3).
std::optional<Value> unscaled_hard_swish(const Graph& graph, Value value) {
  const Op& op = graph.op(value);
  if (op.kind != OpKind::Mul) return std::nullopt;
  for (const std::size_t i : {0, 1}) {
    const auto x = shifted_relu6(graph, op.inputs[i]);
    if (x && *x == op.inputs[1 - i]) return x;
  }
  return std::nullopt;
}

// y / 6.
std::optional<WrittenOut> sixth_of(const Graph& graph, Value y) {
  if (const auto x = shifted_relu6(graph, y)) {
    return WrittenOut{*x, {Activation::HardSigmoid, kSixth, 0.5f}};
  }
  if (const auto x = unscaled_hard_swish(graph, y)) {
    return WrittenOut{*x, {Activation::HardSwish}};
  }
  return std::nullopt;
}

std::optional<WrittenOut> product(const Graph& graph, Value a, Value b) {
  const Op& gate = graph.op(b);
  if (is_activation(gate, Activation::Sigmoid) && gate.inputs[0] == a) {
    return WrittenOut{a, {Activation::Swish}};
  }
  if (is_activation(gate, Activation::HardSigmoid) && gate.inputs[0] == a) {
    const ActivationFunction& f = gate.attributes_as<ActivateAttributes>().function;
    if (is_near(f.alpha, kSixth) && f.beta == 0.5f) return WrittenOut{a, {Activation::HardSwish}};
  }
  const auto number = number_in(graph, b);
  return number && is_near(*number, kSixth) ? sixth_of(graph, a) : std::nullopt;
}

// max(x, alpha * x)
std::optional<WrittenOut> leaky(const Graph& graph, Value x, Value scaled) {
  const auto product = with_number(graph, graph.op(scaled), OpKind::Mul);
  if (!product || product->x != x || product->number <= 0 || product->number >= 1) {
    return std::nullopt;
  }
  return WrittenOut{x, {Activation::LeakyRelu, product->number}};
}

// relu(x) - alpha * relu(-x)
std::optional<WrittenOut> leaky_difference(const Graph& graph, Value a, Value b) {
  const Op& positive = graph.op(a);
  const auto scaled = with_number(graph, graph.op(b), OpKind::Mul);
  if (positive.kind != OpKind::Relu || !scaled) return std::nullopt;
  const Op& negative = graph.op(scaled->x);
  if (negative.kind != OpKind::Relu) return std::nullopt;
  const auto minus = with_number(graph, graph.op(negative.inputs[0]), OpKind::Mul);
  if (!minus || minus->number != -1.0f || minus->x != positive.inputs[0]) return std::nullopt;
  return WrittenOut{minus->x, {Activation::LeakyRelu, scaled->number}};
}

// min(max(x, low), high). Relu and relu6 are left to the passes, however they are spelled.
std::optional<WrittenOut> clip(const Graph& graph, Value x, float low, float high) {
  if (low > high || (low == 0 && high == 6)) return std::nullopt;
  if (low == 0 && high == 1) {
    const Op& op = graph.op(x);
    const auto sum = with_number(graph, op, OpKind::Add);
    const auto product =
        sum ? with_number(graph, graph.op(sum->x), OpKind::Mul) : std::optional<Scaled>();
    if (product && product->number > 0) {
      return WrittenOut{product->x, {Activation::HardSigmoid, product->number, sum->number}};
    }
  }
  return WrittenOut{x, {Activation::Clip, low, high}};
}

std::optional<WrittenOut> bounds(const Graph& graph, OpKind kind, Value x, Value bound) {
  const auto number = number_in(graph, bound);
  if (!number) return std::nullopt;
  const Op& inner = graph.op(x);
  if (kind == OpKind::Minimum) {
    if (inner.kind == OpKind::Relu) return clip(graph, inner.inputs[0], 0, *number);
    const auto low = with_number(graph, inner, OpKind::Maximum);
    return low ? clip(graph, low->x, low->number, *number) : std::nullopt;
  }
  const auto high = with_number(graph, inner, OpKind::Minimum);
  return high ? clip(graph, high->x, *number, high->number) : std::nullopt;
}

std::optional<WrittenOut> in_this_order(const Graph& graph, OpKind kind, Value a, Value b) {
  switch (kind) {
    case OpKind::Mul:
      return product(graph, a, b);
    case OpKind::Div: {
      const auto number = number_in(graph, b);
      return number && *number == 6.0f ? sixth_of(graph, a) : std::nullopt;
    }
    case OpKind::Sub:
      return leaky_difference(graph, a, b);
    case OpKind::Maximum:
      if (const auto found = leaky(graph, a, b)) return found;
      return bounds(graph, kind, a, b);
    case OpKind::Minimum:
      return bounds(graph, kind, a, b);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<WrittenOut> written_out(const Graph& graph, OpKind kind, Value a, Value b) {
  if (const auto found = in_this_order(graph, kind, a, b)) return found;
  const bool commutes = kind == OpKind::Mul || kind == OpKind::Maximum || kind == OpKind::Minimum;
  return commutes ? in_this_order(graph, kind, b, a) : std::nullopt;
}

std::optional<WrittenOut> written_out_clip(const Graph& graph, Value x, Value low, Value high) {
  const auto a = number_in(graph, low), b = number_in(graph, high);
  return a && b ? clip(graph, x, *a, *b) : std::nullopt;
}

Result<Imported> convert_sigmoid(NodeContext& context) {
  return activate(context, {Activation::Sigmoid});
}

Result<Imported> convert_tanh(NodeContext& context) {
  return activate(context, {Activation::Tanh});
}

Result<Imported> convert_leaky_relu(NodeContext& context) {
  return activate(context, {Activation::LeakyRelu, context.number("alpha", 0.2f)});
}

Result<Imported> convert_elu(NodeContext& context) {
  return activate(context, {Activation::Elu, 1.0f});
}

// 1.0507 * elu(x) with an alpha of 1.6733; the numbers are those of the paper by Klambauer et al.
Result<Imported> convert_selu(NodeContext& context) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  SLIMC_ASSIGN(const Value elu,
               context.step("elu", OpKind::Activate, {x},
                            ActivateAttributes{{Activation::Elu, 1.6732632423543772f}}));
  SLIMC_ASSIGN(const Value scale, context.number_constant("scale", 1.0507009873554805f));
  return context.emit(OpKind::Mul, {elu, scale});
}

}  // namespace slimc::frontend
