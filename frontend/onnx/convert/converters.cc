#include "frontend/onnx/convert/converters.h"

#include <unordered_map>

namespace slimc::frontend::onnx {

const CatalogueEntry* find_converter(const schema::NodeProto& node) {
  constexpr bool kArithmeticOnly = true;
  // ONNX's own operators by their names, others with their domains.
  static const std::unordered_map<std::string, CatalogueEntry> catalogue = {
      {"Add", {convert_add}},
      {"AveragePool", {convert_average_pool}},
      {"BatchNormalization", {convert_batch_norm}},
      {"Cast", {convert_cast}},
      {"Clip", {convert_clip}},
      {"Concat", {convert_concat, kArithmeticOnly}},
      {"Constant", {convert_constant}},
      {"ConstantOfShape", {convert_constant_of_shape, kArithmeticOnly}},
      {"Conv", {convert_conv}},
      {"DequantizeLinear", {convert_dequantize, kArithmeticOnly}},
      {"Div", {convert_div}},
      {"Dropout", {convert_dropout}},
      {"Elu", {convert_elu}},
      {"Equal", {convert_equal, kArithmeticOnly}},
      {"Exp", {convert_exp}},
      {"Expand", {convert_expand, kArithmeticOnly}},
      {"Flatten", {convert_flatten}},
      {"Gather", {convert_gather, kArithmeticOnly}},
      {"Gemm", {convert_gemm}},
      {"GlobalAveragePool", {convert_global_average_pool}},
      {"GlobalMaxPool", {convert_global_max_pool}},
      {"HardSigmoid", {convert_hard_sigmoid}},
      {"HardSwish", {convert_hard_swish}},
      {"Identity", {convert_identity}},
      {"LeakyRelu", {convert_leaky_relu}},
      {"MatMul", {convert_mat_mul}},
      {"Max", {convert_max}},
      {"MaxPool", {convert_max_pool}},
      {"Min", {convert_min}},
      {"Mul", {convert_mul}},
      {"Neg", {convert_neg}},
      {"PRelu", {convert_prelu}},
      {"Pad", {convert_pad}},
      {"Pow", {convert_pow}},
      {"Range", {convert_range, kArithmeticOnly}},
      {"Reciprocal", {convert_reciprocal}},
      {"ReduceMax", {convert_reduce_max}},
      {"ReduceMean", {convert_reduce_mean}},
      {"ReduceProd", {convert_reduce_prod, kArithmeticOnly}},
      {"ReduceSum", {convert_reduce_sum}},
      {"Relu", {convert_relu}},
      {"Reshape", {convert_reshape}},
      {"Shape", {convert_shape}},
      {"Sigmoid", {convert_sigmoid}},
      {"Size", {convert_size}},
      {"Slice", {convert_slice, kArithmeticOnly}},
      {"Softmax", {convert_softmax}},
      {"Sqrt", {convert_sqrt}},
      {"Squeeze", {convert_squeeze}},
      {"Sub", {convert_sub}},
      {"Sum", {convert_sum}},
      {"Tanh", {convert_tanh}},
      {"Transpose", {convert_transpose}},
      {"Unsqueeze", {convert_unsqueeze}},
      {"Where", {convert_where, kArithmeticOnly}},
      {"com.microsoft.FusedConv", {convert_fused_conv}},
  };
  const std::string domain = plain_domain(node.domain());
  const auto it = catalogue.find(domain.empty() ? node.op_type() : domain + "." + node.op_type());
  return it == catalogue.end() ? nullptr : &it->second;
}

}  // namespace slimc::frontend::onnx
