#include "frontend/tensor_values.h"
#include "frontend/tflite/convert/converters.h"

namespace slimc::frontend::tflite {

// Input of any shape with n*ci elements, weights [co,ci], bias [co] -> [n,co].
Result<Imported> convert_fully_connected(OpContext& context) {
  SLIMC_ASSIGN(const auto* options, context.options<schema::FullyConnectedOptions>());
  if (options->weights_format() != schema::WeightsFormat::DEFAULT) {
    return context.fail("its weights are shuffled for 8-bit arithmetic, which slimc does not read");
  }
  SLIMC_ASSIGN(Value x, context.tensor(0));
  SLIMC_ASSIGN(const Tensor weights, context.weights(1));
  if (weights.shape.rank() != 2) {
    return context.fail(fmt::format("its weights '{}' have the shape {}, expected 2 dimensions",
                                    context.input_name(1), weights.shape.to_string()));
  }
  const Shape from = context.shape(x);
  const std::int64_t channels = weights.shape[1];
  if (from.elements() % channels != 0) {
    return context.fail(fmt::format("weights {} do not fit an input of shape {}",
                                    weights.shape.to_string(), from.to_string()));
  }
  const Shape rows{from.elements() / channels, channels};
  if (from != rows) {
    SLIMC_ASSIGN(x, context.emit(OpKind::Reshape, {x}, ReshapeAttributes{rows}));
  }
  SLIMC_ASSIGN(Value result,
               context.emit(OpKind::MatMul, {x, context.constant(1, transposed(weights))}));
  if (context.has_input(2)) {
    SLIMC_ASSIGN(const Value bias, context.tensor(2));
    SLIMC_ASSIGN(result, context.emit(OpKind::BiasAdd, {result, bias}));
  }
  SLIMC_ASSIGN(result, context.activate(result, options->fused_activation_function()));
  if (!options->keep_num_dims() || from.rank() < 1) return result;
  std::vector<std::int64_t> dims = from.dims();
  dims.back() = weights.shape[0];
  return context.emit(OpKind::Reshape, {result}, ReshapeAttributes{Shape(std::move(dims))});
}

}  // namespace slimc::frontend::tflite
