// The catalogue of TFLite ops that slimc reads: one function a family, in the file of the family's
// name.
#pragma once

#include "frontend/tflite/convert/op_context.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend::tflite {

// Null for ops that slimc does not know.
Converter find_converter(schema::BuiltinOperator op);

// shape_arithmetic.cc: the same for ops that give integers.
Converter find_integer_converter(schema::BuiltinOperator op);

// convolution.cc
Result<Imported> convert_conv_2d(OpContext& context);
Result<Imported> convert_depthwise_conv_2d(OpContext& context);

// fully_connected.cc
Result<Imported> convert_fully_connected(OpContext& context);

// pool.cc
Result<Imported> convert_average_pool_2d(OpContext& context);
Result<Imported> convert_max_pool_2d(OpContext& context);

// reduce.cc
Result<Imported> convert_mean(OpContext& context);
Result<Imported> convert_reduce_max(OpContext& context);
Result<Imported> convert_sum(OpContext& context);

// reshape.cc
Result<Imported> convert_reshape(OpContext& context);
Result<Imported> convert_squeeze(OpContext& context);
Result<Imported> convert_expand_dims(OpContext& context);
Result<Imported> convert_transpose(OpContext& context);

// pad.cc
Result<Imported> convert_pad(OpContext& context);

// elementwise.cc
Result<Imported> convert_add(OpContext& context);
Result<Imported> convert_sub(OpContext& context);
Result<Imported> convert_mul(OpContext& context);
Result<Imported> convert_div(OpContext& context);
Result<Imported> convert_maximum(OpContext& context);
Result<Imported> convert_minimum(OpContext& context);
Result<Imported> convert_relu(OpContext& context);
Result<Imported> convert_relu6(OpContext& context);
Result<Imported> convert_exp(OpContext& context);
Result<Imported> convert_sqrt(OpContext& context);
Result<Imported> convert_rsqrt(OpContext& context);
Result<Imported> convert_softmax(OpContext& context);

// activation.cc
Result<Imported> convert_logistic(OpContext& context);
Result<Imported> convert_tanh(OpContext& context);
Result<Imported> convert_elu(OpContext& context);
Result<Imported> convert_hard_swish(OpContext& context);
Result<Imported> convert_relu_n1_to_1(OpContext& context);
Result<Imported> convert_relu_0_to_1(OpContext& context);
Result<Imported> convert_leaky_relu(OpContext& context);

// number_type.cc
Result<Imported> convert_dequantize(OpContext& context);
Result<Imported> convert_cast(OpContext& context);

}  // namespace slimc::frontend::tflite
