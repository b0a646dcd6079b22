#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {
namespace {

Tensor transposed(const Tensor& matrix) {
  const std::int64_t rows = matrix.shape[0];
  const std::int64_t columns = matrix.shape[1];
  Tensor result{Shape{columns, rows}, std::vector<float>(matrix.data.size())};
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      result.data[static_cast<std::size_t>(c * rows + r)] =
          matrix.data[static_cast<std::size_t>(r * columns + c)];
    }
  }
  return result;
}

}  // namespace

Result<Imported> convert_matmul(NodeContext& context) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  SLIMC_ASSIGN(Value weights, context.tensor(1));
  if (context.flag("transpose_a", false)) {
    return context.fail("transpose_a is true; slimc multiplies rows of activations only");
  }
  if (context.flag("transpose_b", false)) {
    const Op& op = context.state().graph.op(weights);
    if (op.kind != OpKind::Constant || op.shape.rank() != 2) {
      return context.fail("transpose_b is true, and its second input is no constant matrix");
    }
    SLIMC_ASSIGN(const Imported constant,
                 context.constant(context.node().name() + "/transposed", transposed(*op.constant)));
    weights = std::get<Value>(constant);
  }
  return context.emit(OpKind::MatMul, {x, weights});
}

}  // namespace slimc::frontend
