#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"

namespace slimc {
namespace {

// Sums and maxima come with or without the dimension that they were taken over.
const Op& behind_reshapes(const Graph& graph, Value value) {
  while (graph.op(value).kind == OpKind::Reshape) value = graph.op(value).inputs[0];
  return graph.op(value);
}

bool is_one(const Graph& graph, Value value) {
  const Op& op = graph.op(value);
  if (op.kind != OpKind::Constant || op.shape.elements() != 1) return false;
  return op.constant->data.front() == 1;
}

// The exponentials that `op` divides by their sum: exp / sum, or exp * (1 / sum) in either order.
std::optional<Value> normalised(const Graph& graph, const Op& op) {
  const auto sums = [&](Value sum, Value exponentials) {
    const Op& reduced = behind_reshapes(graph, sum);
    return reduced.kind == OpKind::SumChannels && reduced.inputs[0] == exponentials;
  };
  if (op.kind == OpKind::Div && sums(op.inputs[1], op.inputs[0])) return op.inputs[0];
  if (op.kind != OpKind::Mul) return std::nullopt;
  for (const std::size_t i : {0, 1}) {
    const Op& reciprocal = behind_reshapes(graph, op.inputs[1 - i]);
    if (reciprocal.kind == OpKind::Div && is_one(graph, reciprocal.inputs[0]) &&
        sums(reciprocal.inputs[1], op.inputs[i])) {
      return op.inputs[i];
    }
  }
  return std::nullopt;
}

// x of x - max(x), which softmax does not tell from x.
Value without_maximum(const Graph& graph, Value value) {
  const Op& op = graph.op(value);
  if (op.kind != OpKind::Sub) return value;
  const Op& maximum = behind_reshapes(graph, op.inputs[1]);
  const bool is_own = maximum.kind == OpKind::MaxChannels && maximum.inputs[0] == op.inputs[0];
  return is_own ? op.inputs[0] : value;
}

}  // namespace

Result<Graph> recognize_softmax(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    const Graph& before = rewriter.before();
    const auto exponentials = normalised(before, op);
    if (!exponentials) return std::nullopt;
    const Op& exp = before.op(*exponentials);
    if (exp.kind != OpKind::Exp || exp.shape != op.shape) return std::nullopt;
    const Value x = without_maximum(before, exp.inputs[0]);
    return rewriter.after().add(
        {.kind = OpKind::Softmax, .name = op.name, .inputs = {rewriter.now(x)}, .shape = op.shape});
  });
}

}  // namespace slimc
