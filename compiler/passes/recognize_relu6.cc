#include <algorithm>
#include <limits>

#include "compiler/passes/channel_affine.h"
#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"

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
  return {inner.x, std::clamp(inner.low, outer.low, outer.high),
          std::clamp(inner.high, outer.low, outer.high)};
}

std::optional<OpKind> activation_of(const Clamp& clamp) {
  if (clamp.low != 0.0) return std::nullopt;
  if (clamp.high == 6.0) return OpKind::Relu6;
  if (clamp.high == kInfinity) return OpKind::Relu;
  return std::nullopt;
}

}  // namespace

Result<Graph> recognize_relu6(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    // The longest chain that ends in `op` and is an activation as a whole.
    std::optional<Op> best;
    for (auto clamp = as_clamp(rewriter.before(), op); clamp;) {
      if (const auto kind = activation_of(*clamp)) {
        best = Op{
            .kind = *kind, .name = op.name, .inputs = {rewriter.now(clamp->x)}, .shape = op.shape};
      }
      const auto inner = as_clamp(rewriter.before(), rewriter.before().op(clamp->x));
      if (!inner) break;
      clamp = compose(*inner, *clamp);
    }
    if (!best) return std::nullopt;
    return rewriter.after().add(std::move(*best));
  });
}

}  // namespace slimc
