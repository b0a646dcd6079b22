#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"
#include "ir/channel_affine.h"

namespace slimc {
namespace {

// The same op on the tensor in front of the Reshape, where the op treats every channel alike
// wherever it stands; nothing for ops that look at pixels.
std::optional<Op> without_reshape(Rewriter& rewriter, const Op& op, Value reshaped, Value x) {
  Graph& graph = rewriter.after();
  const Shape& shape = graph.op(x).shape;
  Op moved = rewriter.updated(op);
  moved.shape = shape;
  switch (op.kind) {
    case OpKind::BatchNorm:
    case OpKind::BiasAdd:
    case OpKind::Relu:
    case OpKind::Relu6:
    case OpKind::Activate:
    case OpKind::Softmax:
      if (moved.inputs[0] != reshaped) return std::nullopt;
      moved.inputs[0] = x;
      return moved;
    case OpKind::Add:
    case OpKind::Sub:
    case OpKind::Mul:
    case OpKind::Div:
    case OpKind::Maximum:
    case OpKind::Minimum: {
      const std::size_t side = moved.inputs[0] == reshaped ? 0 : 1;
      const Value other = moved.inputs[1 - side];
      // A constant of shape [1,c] need not broadcast against the shape in front of the Reshape, but
      // its channels do.
      const auto channels = channel_constant(graph, other, op.shape);
      if (!channels) return std::nullopt;
      moved.inputs[side] = x;
      moved.inputs[1 - side] = graph.add_constant(
          graph.op(other).name, {Shape{static_cast<std::int64_t>(channels->size())},
                                 {channels->begin(), channels->end()}});
      return moved;
    }
    default:
      return std::nullopt;
  }
}

bool keeps_channels(const Shape& from, const Shape& to) {
  return from.rank() > 0 && to.rank() > 0 && from[from.rank() - 1] == to[to.rank() - 1];
}

Value keep_dims(Rewriter& rewriter, const Op& op) {
  Op kept = rewriter.updated(op);
  kept.attributes = ReduceAttributes{.keep_dims = true};
  kept.shape = Shape{op.shape[0], 1, 1, op.shape[op.shape.rank() - 1]};
  const Value y = rewriter.after().add(std::move(kept));
  return add_reshape(rewriter.after(), y, op.shape, op.name + "/rows");
}

}  // namespace

Result<Graph> sink_reshape(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    if (op.kind == OpKind::Mean || op.kind == OpKind::Max) return keep_dims(rewriter, op);
    if (op.kind == OpKind::Reshape) {
      return add_reshape(rewriter.after(), rewriter.now(op.inputs[0]), op.shape, op.name);
    }
    for (const Value input : op.inputs) {
      const Op reshape = rewriter.producer(input);
      if (reshape.kind != OpKind::Reshape || reshape.shape != op.shape) continue;
      const Value x = reshape.inputs[0];
      if (!keeps_channels(rewriter.after().op(x).shape, reshape.shape)) continue;
      if (auto moved = without_reshape(rewriter, op, rewriter.now(input), x)) {
        const Value y = rewriter.after().add(std::move(*moved));
        return add_reshape(rewriter.after(), y, op.shape, reshape.name);
      }
    }
    return std::nullopt;
  });
}

}  // namespace slimc
