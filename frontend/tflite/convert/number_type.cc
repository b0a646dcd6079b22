// Ops between types of numbers, all of which are float32 to slimc.
#include "frontend/tflite/convert/converters.h"

namespace slimc::frontend::tflite {

// Weights that are stored in fewer bits; or bytes of the image as the numbers that they stand for.
Result<Imported> convert_dequantize(OpContext& context) {
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  if (!is_quantised(context.input_type(0)) || context.op(x).kind == OpKind::Constant) return x;
  const auto quantisation = quantisation_of(context.input(0), context.shape(x));
  if (!quantisation) return context.fail("its input " + quantisation.error());
  if (quantisation->scales.size() != 1) {
    return context.fail("its input has a scale for each slice, expected one");
  }
  const Value zero = context.new_constant(
      "zero_point", Tensor{Shape{}, {static_cast<float>(quantisation->zero_points[0])}});
  SLIMC_ASSIGN(const Value moved, context.emit(OpKind::Sub, {x, zero}));
  const Value scale =
      context.new_constant("scale", Tensor{Shape{}, {static_cast<float>(quantisation->scales[0])}});
  return context.emit(OpKind::Mul, {moved, scale});
}

// To FLOAT32: of the image's integers, which slimc takes as floats, or of integers that are known.
Result<Imported> convert_cast(OpContext& context) {
  const schema::TensorType from =
      context.has_input(0) ? context.input_type(0) : schema::TensorType::FLOAT32;
  if (context.output_type() != schema::TensorType::FLOAT32) {
    return context.fail(fmt::format("casts {} to {}, which slimc does not do", name_of(from),
                                    name_of(context.output_type())));
  }
  if (is_integer(from)) {
    if (auto known = context.integer_tensor(0)) {
      Tensor values{known->shape, {known->data.begin(), known->data.end()}};
      if (values.data.empty()) return context.fail("casts a tensor without elements");
      return context.new_constant("values", std::move(values));
    }
  }
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  // Casting does not ask what integers stand for; what a constant's are is asked when it is read.
  if (is_quantised(from) && context.op(x).kind == OpKind::Constant) {
    return context.fail(
        fmt::format("casts a constant of {}, which slimc does not do", name_of(from)));
  }
  return x;
}

}  // namespace slimc::frontend::tflite
