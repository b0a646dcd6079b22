#include "frontend/tensor_values.h"
#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {

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
