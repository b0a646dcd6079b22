#include <algorithm>
#include <limits>

#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"
#include "ir/channel_affine.h"

namespace slimc {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// y = min(max(x, low), high) with low <= high. Such functions are closed under composition, so the
// order in which a model spells them does not matter.
struct Clamp {
  Value x;
  double low = -kInfinity, high = kInfinity;
};

// A constant that is the same for all channels.
std::optional<double> uniform_constant(const Graph& graph, Value value, const Shape& shape) {
  const auto channels = channel_constant(graph, value, shape);
  if (!channels) return std::nullopt;
  const double first = channels->front();
  const bool same =
      std::all_of(channels->begin(), channels->end(), [first](double x) { return x == first; });
  return same ? std::optional(first) : std::nullopt;
}

std::optional<Clamp> as_clamp(const Graph& graph, const Op& op) {
  switch (op.kind) {
    case OpKind::Relu:
      return Clamp{op.inputs[0], 0.0, kInfinity};
    case OpKind::Relu6:
      return Clamp{op.inputs[0], 0.0, 6.0};
    case OpKind::Activate: {
      const ActivationFunction& f = op.attributes_as<ActivateAttributes>().function;
      if (f.kind != Activation::Clip) return std::nullopt;
      return Clamp{op.inputs[0], f.alpha, f.beta};
    }
    case OpKind::Maximum:
    case OpKind::Minimum:
      for (const std::size_t i : {0, 1}) {
        const Value x = op.inputs[i];
        if (const auto k = uniform_constant(graph, op.inputs[1 - i], graph.op(x).shape)) {
          return op.kind == OpKind::Maximum ? Clamp{x, *k, kInfinity} : Clamp{x, -kInfinity, *k};
        }
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// What `outer` makes of the result of `inner`.
Clamp compose(const Clamp& inner, const Clamp& outer) {
  // Not std::clamp: a Clip may have its bounds the wrong way round, and then gives the upper one.
  const auto through = [&](double x) { return std::min(std::max(x, outer.low), outer.high); };
  return {inner.x, through(inner.low), through(inner.high)};
}

// Relu and Relu6 where it is one. Bounds that are not there become the largest floats: no finite
// number is beyond them.
Op as_op(const Clamp& clamp, const Op& last, Value x) {
  Op op{.kind = OpKind::Activate, .name = last.name, .inputs = {x}, .shape = last.shape};
  if (clamp.low == 0.0 && clamp.high == 6.0) {
    op.kind = OpKind::Relu6;
  } else if (clamp.low == 0.0 && clamp.high == kInfinity) {
    op.kind = OpKind::Relu;
  } else {
    constexpr double kMost = std::numeric_limits<float>::max();
    ActivateAttributes attributes;
    attributes.function = {Activation::Clip, static_cast<float>(std::max(clamp.low, -kMost)),
                           static_cast<float>(std::min(clamp.high, kMost))};
    op.attributes = attributes;
  }
  return op;
}

}  // namespace

Result<Graph> recognize_relu6(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    const Graph& before = rewriter.before();
    auto clamp = as_clamp(before, op);
    if (!clamp) return std::nullopt;
    // The whole chain that ends in `op`.
    while (const auto inner = as_clamp(before, before.op(clamp->x))) {
      clamp = compose(*inner, *clamp);
    }
    return rewriter.after().add(as_op(*clamp, op, rewriter.now(clamp->x)));
  });
}

}  // namespace slimc
