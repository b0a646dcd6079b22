#include "frontend/tensorflow/convert/converters.h"

#include <unordered_map>

namespace slimc::frontend {

Converter find_converter(const std::string& op) {
  static const std::unordered_map<std::string, Converter> catalogue = {
      {"Add", convert_add},
      {"AddV2", convert_add},
      {"AvgPool", convert_avg_pool},
      {"BiasAdd", convert_bias_add},
      {"Cast", convert_cast},
      {"ConcatV2", convert_concat},
      {"Const", convert_const},
      {"Conv2D", convert_conv2d},
      {"DepthwiseConv2dNative", convert_depthwise_conv2d},
      {"Div", convert_div},
      {"ExpandDims", convert_expand_dims},
      {"FusedBatchNorm", convert_fused_batch_norm},
      {"FusedBatchNormV2", convert_fused_batch_norm},
      {"FusedBatchNormV3", convert_fused_batch_norm},
      {"GatherV2", convert_gather},
      {"Identity", convert_identity},
      {"MatMul", convert_matmul},
      {"Max", convert_max},
      {"MaxPool", convert_max_pool},
      {"Maximum", convert_maximum},
      {"Mean", convert_mean},
      {"Minimum", convert_minimum},
      {"Mul", convert_mul},
      {"Pack", convert_pack},
      {"Pad", convert_pad},
      {"PadV2", convert_pad},
      {"Placeholder", convert_placeholder},
      {"PlaceholderWithDefault", convert_alias},
      {"Prod", convert_prod},
      {"ReadVariableOp", convert_alias},
      {"RealDiv", convert_div},
      {"Relu", convert_relu},
      {"Relu6", convert_relu6},
      {"Reshape", convert_reshape},
      {"Rsqrt", convert_rsqrt},
      {"Shape", convert_shape},
      {"Softmax", convert_softmax},
      {"Sqrt", convert_sqrt},
      {"Squeeze", convert_squeeze},
      {"StopGradient", convert_identity},
      {"StridedSlice", convert_strided_slice},
      {"Sub", convert_sub},
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
