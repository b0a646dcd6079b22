#include "frontend/tensorflow/convert/converters.h"

#include <unordered_map>

namespace slimc::frontend {

Converter find_converter(const std::string& op) {
  static const std::unordered_map<std::string, Converter> catalogue = {
      {"Add", convert_add},
      {"AddV2", convert_add},
      {"AvgPool", convert_avg_pool},
      {"BatchToSpaceND", convert_batch_to_space},
      {"BiasAdd", convert_bias_add},
      {"Cast", convert_cast},
      {"CheckNumerics", convert_identity},
      {"ClipByValue", convert_clip_by_value},
      {"ConcatV2", convert_concat},
      {"Const", convert_const},
      {"Conv2D", convert_conv2d},
      {"DepthwiseConv2dNative", convert_depthwise_conv2d},
      {"Dequantize", convert_dequantize},
      {"Div", convert_div},
      {"Elu", convert_elu},
      {"EnsureShape", convert_identity},
      {"Exp", convert_exp},
      {"ExpandDims", convert_expand_dims},
      {"Fill", convert_fill},
      {"FloorDiv", convert_floor_div},
      {"FloorMod", convert_floor_mod},
      {"FusedBatchNorm", convert_fused_batch_norm},
      {"FusedBatchNormV2", convert_fused_batch_norm},
      {"FusedBatchNormV3", convert_fused_batch_norm},
      {"_FusedConv2D", convert_fused_conv2d},
      {"_FusedDepthwiseConv2dNative", convert_fused_conv2d},
      {"_FusedMatMul", convert_fused_matmul},
      {"GatherV2", convert_gather},
      {"Identity", convert_identity},
      {"Inv", convert_reciprocal},
      {"LeakyRelu", convert_leaky_relu},
      {"MatMul", convert_matmul},
      {"Max", convert_max},
      {"Maximum", convert_maximum},
      {"MaxPool", convert_max_pool},
      {"Mean", convert_mean},
      {"Minimum", convert_minimum},
      {"Mul", convert_mul},
      {"Neg", convert_neg},
      {"Pack", convert_pack},
      {"Pad", convert_pad},
      {"PadV2", convert_pad},
      {"Placeholder", convert_placeholder},
      {"PlaceholderWithDefault", convert_alias},
      {"Pow", convert_pow},
      {"PreventGradient", convert_identity},
      {"Prod", convert_prod},
      {"Range", convert_range},
      {"Rank", convert_rank},
      {"ReadVariableOp", convert_alias},
      {"RealDiv", convert_div},
      {"Reciprocal", convert_reciprocal},
      {"Relu", convert_relu},
      {"Relu6", convert_relu6},
      {"Reshape", convert_reshape},
      {"Rsqrt", convert_rsqrt},
      {"Selu", convert_selu},
      {"Shape", convert_shape},
      {"Sigmoid", convert_sigmoid},
      {"Size", convert_size},
      {"Snapshot", convert_identity},
      {"Softmax", convert_softmax},
      {"SpaceToBatchND", convert_space_to_batch},
      {"Sqrt", convert_sqrt},
      {"Square", convert_square},
      {"SquaredDifference", convert_squared_difference},
      {"Squeeze", convert_squeeze},
      {"StopGradient", convert_identity},
      {"StridedSlice", convert_strided_slice},
      {"Sub", convert_sub},
      {"Sum", convert_sum},
      {"Tanh", convert_tanh},
      {"Transpose", convert_transpose},
      {"VarHandleOp", convert_variable},
      {"Variable", convert_variable},
      {"VariableV2", convert_variable},
  };
  const auto it = catalogue.find(op);
  return it == catalogue.end() ? nullptr : it->second;
}

bool is_variable(const tensorflow::NodeDef& node) {
  return node.op() == "VariableV2" || node.op() == "Variable" || node.op() == "VarHandleOp";
}

}  // namespace slimc::frontend
