// The catalogue of ONNX's operators that slimc reads: one function an operator, in the file of its
// family's name.
#pragma once

#include <string>

#include "frontend/onnx/convert/node_context.h"
#include "support/result.h"

namespace slimc::frontend::onnx {

struct CatalogueEntry {
  Converter convert = nullptr;
  // Only what is known at import can be computed with: shapes, constants.
  bool is_arithmetic_only = false;
};

// Null for operators that slimc does not know.
const CatalogueEntry* find_converter(const schema::NodeProto& node);

// convolution.cc
Result<Imported> convert_conv(NodeContext& context);
Result<Imported> convert_fused_conv(NodeContext& context);

// batch_norm.cc
Result<Imported> convert_batch_norm(NodeContext& context);

// matmul.cc
Result<Imported> convert_gemm(NodeContext& context);
Result<Imported> convert_mat_mul(NodeContext& context);

// pool.cc
Result<Imported> convert_average_pool(NodeContext& context);
Result<Imported> convert_max_pool(NodeContext& context);

// reduce.cc
Result<Imported> convert_global_average_pool(NodeContext& context);
Result<Imported> convert_global_max_pool(NodeContext& context);
Result<Imported> convert_reduce_max(NodeContext& context);
Result<Imported> convert_reduce_mean(NodeContext& context);
Result<Imported> convert_reduce_sum(NodeContext& context);

// reshape.cc
Result<Imported> convert_dropout(NodeContext& context);
Result<Imported> convert_flatten(NodeContext& context);
Result<Imported> convert_identity(NodeContext& context);
Result<Imported> convert_reshape(NodeContext& context);
Result<Imported> convert_squeeze(NodeContext& context);
Result<Imported> convert_transpose(NodeContext& context);
Result<Imported> convert_unsqueeze(NodeContext& context);

// pad.cc
Result<Imported> convert_pad(NodeContext& context);

// arithmetic.cc
Result<Imported> convert_add(NodeContext& context);
Result<Imported> convert_div(NodeContext& context);
Result<Imported> convert_exp(NodeContext& context);
Result<Imported> convert_max(NodeContext& context);
Result<Imported> convert_min(NodeContext& context);
Result<Imported> convert_mul(NodeContext& context);
Result<Imported> convert_neg(NodeContext& context);
Result<Imported> convert_pow(NodeContext& context);
Result<Imported> convert_reciprocal(NodeContext& context);
Result<Imported> convert_sqrt(NodeContext& context);
Result<Imported> convert_sub(NodeContext& context);
Result<Imported> convert_sum(NodeContext& context);

// activation.cc
Result<Imported> convert_clip(NodeContext& context);
Result<Imported> convert_elu(NodeContext& context);
Result<Imported> convert_hard_sigmoid(NodeContext& context);
Result<Imported> convert_hard_swish(NodeContext& context);
Result<Imported> convert_leaky_relu(NodeContext& context);
Result<Imported> convert_prelu(NodeContext& context);
Result<Imported> convert_relu(NodeContext& context);
Result<Imported> convert_sigmoid(NodeContext& context);
Result<Imported> convert_tanh(NodeContext& context);

// The function of `kind` on a computed value, as its own op of the IR.
Result<View> activate(NodeContext& context, const View& view, ActivationFunction function);
// 0..6 is Relu6, 0..infinity Relu.
Result<View> clip(NodeContext& context, const View& view, float low, float high);

// softmax.cc
Result<Imported> convert_softmax(NodeContext& context);

// constant.cc
Result<Imported> convert_cast(NodeContext& context);
Result<Imported> convert_constant(NodeContext& context);
Result<Imported> convert_constant_of_shape(NodeContext& context);
Result<Imported> convert_dequantize(NodeContext& context);

// shape_arithmetic.cc
Result<Imported> convert_concat(NodeContext& context);
Result<Imported> convert_equal(NodeContext& context);
Result<Imported> convert_expand(NodeContext& context);
Result<Imported> convert_gather(NodeContext& context);
Result<Imported> convert_range(NodeContext& context);
Result<Imported> convert_reduce_prod(NodeContext& context);
Result<Imported> convert_shape(NodeContext& context);
Result<Imported> convert_size(NodeContext& context);
Result<Imported> convert_slice(NodeContext& context);
Result<Imported> convert_where(NodeContext& context);

}  // namespace slimc::frontend::onnx
