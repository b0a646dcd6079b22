// The catalogue of TFLite ops that slimc reads: one function a family, in the file of the family's
// name.
#pragma once

#include "compiler/ir/graph.h"
#include "compiler/support/result.h"
#include "frontend/tflite/convert/op_context.h"

namespace slimc::frontend::tflite {

// Null for ops that slimc does not know.
Converter find_converter(schema::BuiltinOperator op);

// convolution.cc
Result<Value> convert_conv_2d(OpContext& context);
Result<Value> convert_depthwise_conv_2d(OpContext& context);

// fully_connected.cc
Result<Value> convert_fully_connected(OpContext& context);

// pool.cc
Result<Value> convert_average_pool_2d(OpContext& context);
Result<Value> convert_max_pool_2d(OpContext& context);

// reduce.cc
Result<Value> convert_mean(OpContext& context);
Result<Value> convert_reduce_max(OpContext& context);

// reshape.cc
Result<Value> convert_reshape(OpContext& context);
Result<Value> convert_squeeze(OpContext& context);

// pad.cc
Result<Value> convert_pad(OpContext& context);

// elementwise.cc
Result<Value> convert_add(OpContext& context);
Result<Value> convert_sub(OpContext& context);
Result<Value> convert_mul(OpContext& context);
Result<Value> convert_div(OpContext& context);
Result<Value> convert_maximum(OpContext& context);
Result<Value> convert_minimum(OpContext& context);
Result<Value> convert_relu(OpContext& context);
Result<Value> convert_relu6(OpContext& context);
Result<Value> convert_softmax(OpContext& context);
Result<Value> convert_dequantize(OpContext& context);

}  // namespace slimc::frontend::tflite
