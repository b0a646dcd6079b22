// The catalogue of TensorFlow ops that slimc reads: one function a family, in the file of the
// family's name.
#pragma once

#include <string>

#include "frontend/tensorflow/convert/node_context.h"

namespace slimc::frontend {

using Converter = Result<Imported> (*)(NodeContext&);

// Null for ops that slimc does not know.
Converter find_converter(const std::string& op);

// What to say of a node whose op has no converter; refused.cc.
std::string why_refused(const tensorflow::NodeDef& node);

// VariableV2, Variable, VarHandleOp: nodes whose value lies in the checkpoint.
bool is_variable(const tensorflow::NodeDef& node);

// source.cc: nodes that bring values in, or hand them on.
Result<Imported> convert_const(NodeContext& context);
Result<Imported> convert_fill(NodeContext& context);
Result<Imported> convert_placeholder(NodeContext& context);
Result<Imported> convert_variable(NodeContext& context);
Result<Imported> convert_identity(NodeContext& context);
Result<Imported> convert_alias(NodeContext& context);

// convolution.cc
Result<Imported> convert_conv2d(NodeContext& context);
Result<Imported> convert_depthwise_conv2d(NodeContext& context);

// batch_norm.cc
Result<Imported> convert_fused_batch_norm(NodeContext& context);

// elementwise.cc: floats become ops; integers are computed.
Result<Imported> convert_bias_add(NodeContext& context);
Result<Imported> convert_add(NodeContext& context);
Result<Imported> convert_sub(NodeContext& context);
Result<Imported> convert_mul(NodeContext& context);
Result<Imported> convert_floor_mod(NodeContext& context);
Result<Imported> convert_floor_div(NodeContext& context);
Result<Imported> convert_div(NodeContext& context);
Result<Imported> convert_maximum(NodeContext& context);
Result<Imported> convert_minimum(NodeContext& context);
Result<Imported> convert_exp(NodeContext& context);
Result<Imported> convert_sqrt(NodeContext& context);
Result<Imported> convert_rsqrt(NodeContext& context);
Result<Imported> convert_relu(NodeContext& context);
Result<Imported> convert_relu6(NodeContext& context);
Result<Imported> convert_softmax(NodeContext& context);

// arithmetic.cc
Result<Imported> convert_neg(NodeContext& context);
Result<Imported> convert_square(NodeContext& context);
Result<Imported> convert_squared_difference(NodeContext& context);
Result<Imported> convert_reciprocal(NodeContext& context);
Result<Imported> convert_pow(NodeContext& context);
Result<Imported> convert_clip_by_value(NodeContext& context);

// phases.cc
Result<Imported> convert_space_to_batch(NodeContext& context);
Result<Imported> convert_batch_to_space(NodeContext& context);
Result<Imported> convert_convolution_of_phases(NodeContext& context, OpKind kind, Phases phases);

// matmul.cc
Result<Imported> convert_matmul(NodeContext& context);

// activation.cc
Result<Imported> convert_sigmoid(NodeContext& context);
Result<Imported> convert_tanh(NodeContext& context);
Result<Imported> convert_leaky_relu(NodeContext& context);
Result<Imported> convert_elu(NodeContext& context);
Result<Imported> convert_selu(NodeContext& context);

// cast.cc, dequantize.cc
Result<Imported> convert_cast(NodeContext& context);
Result<Imported> convert_dequantize(NodeContext& context);

// fused.cc
Result<Imported> convert_fused_conv2d(NodeContext& context);
Result<Imported> convert_fused_matmul(NodeContext& context);

// pool.cc
Result<Imported> convert_avg_pool(NodeContext& context);
Result<Imported> convert_max_pool(NodeContext& context);

// pad.cc
Result<Imported> convert_pad(NodeContext& context);

// reduce.cc
Result<Imported> convert_mean(NodeContext& context);
Result<Imported> convert_sum(NodeContext& context);
Result<Imported> convert_max(NodeContext& context);

// reshape.cc
Result<Imported> convert_reshape(NodeContext& context);
Result<Imported> convert_squeeze(NodeContext& context);
Result<Imported> convert_expand_dims(NodeContext& context);
Result<Imported> convert_transpose(NodeContext& context);

// shape_arithmetic.cc: integers only.
Result<Imported> convert_shape(NodeContext& context);
Result<Imported> convert_rank(NodeContext& context);
Result<Imported> convert_size(NodeContext& context);
Result<Imported> convert_range(NodeContext& context);
Result<Imported> convert_pack(NodeContext& context);
Result<Imported> convert_concat(NodeContext& context);
Result<Imported> convert_strided_slice(NodeContext& context);
Result<Imported> convert_gather(NodeContext& context);
Result<Imported> convert_prod(NodeContext& context);

}  // namespace slimc::frontend
