#include "frontend/keras/convert/converters.h"

namespace slimc::frontend {

// Over the last dimension; of an image it is a convolution 1x1.
Result<Value> convert_dense_layer(LayerContext& context) {
  if (context.find("units") == nullptr) return context.fail("has no units");
  SLIMC_ASSIGN(const std::int64_t units, context.integer("units", 1));
  const Shape& shape = context.input_shape();
  const bool image = shape.rank() == 4;
  if (!image) SLIMC_TRY(context.expect_rank(2));
  const std::int64_t channels = shape[shape.rank() - 1];
  SLIMC_ASSIGN(Value weights, context.weight({"kernel"}, {channels, units}));
  SLIMC_ASSIGN(const OwnActivation names, own_activation(context));
  Value result;
  if (image) {
    const Tensor& matrix = context.tensor(weights);
    weights = context.constant("/kernel_1x1", {{1, 1, channels, units}, matrix.data});
    SLIMC_ASSIGN(result, context.emit(OpKind::Conv2D, {context.input(), weights},
                                      ConvolutionAttributes{}, names.inner));
  } else {
    SLIMC_ASSIGN(result, context.emit(OpKind::MatMul, {context.input(), weights}, {}, names.inner));
  }
  SLIMC_ASSIGN(const bool use_bias, context.flag("use_bias", true));
  if (use_bias) {
    SLIMC_ASSIGN(const Value bias, context.weight({"bias"}, Shape{units}));
    SLIMC_ASSIGN(result, context.emit(OpKind::BiasAdd, {result, bias}, {}, "/BiasAdd"));
  }
  return apply_activation(context, result, names);
}

}  // namespace slimc::frontend
