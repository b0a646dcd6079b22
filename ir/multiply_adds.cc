#include "ir/graph.h"

namespace slimc {

std::int64_t multiply_adds(const Graph& graph, const Op& op) {
  const auto shape_of_input = [&](std::size_t i) -> const Shape& {
    return graph.op(op.inputs[i]).shape;
  };
  switch (op.kind) {
    case OpKind::Conv2D: {
      const Shape& weights = shape_of_input(1);
      return op.shape.elements() * weights[0] * weights[1] * weights[2];
    }
    case OpKind::DepthwiseConv2D: {
      const Shape& weights = shape_of_input(1);
      return op.shape.elements() * weights[0] * weights[1];
    }
    case OpKind::MatMul:
      return op.shape.elements() * shape_of_input(1)[0];
    default:
      return 0;
  }
}

}  // namespace slimc
