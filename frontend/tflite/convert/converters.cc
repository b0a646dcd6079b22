#include "frontend/tflite/convert/converters.h"

#include <unordered_map>

namespace slimc::frontend::tflite {

Converter find_converter(schema::BuiltinOperator op) {
  using schema::BuiltinOperator;
  static const std::unordered_map<BuiltinOperator, Converter> catalogue = {
      {BuiltinOperator::ADD, convert_add},
      {BuiltinOperator::AVERAGE_POOL_2D, convert_average_pool_2d},
      {BuiltinOperator::CAST, convert_cast},
      {BuiltinOperator::CONV_2D, convert_conv_2d},
      {BuiltinOperator::DEPTHWISE_CONV_2D, convert_depthwise_conv_2d},
      {BuiltinOperator::DEQUANTIZE, convert_dequantize},
      {BuiltinOperator::DIV, convert_div},
      {BuiltinOperator::ELU, convert_elu},
      {BuiltinOperator::EXP, convert_exp},
      {BuiltinOperator::EXPAND_DIMS, convert_expand_dims},
      {BuiltinOperator::FULLY_CONNECTED, convert_fully_connected},
      {BuiltinOperator::HARD_SWISH, convert_hard_swish},
      {BuiltinOperator::LEAKY_RELU, convert_leaky_relu},
      {BuiltinOperator::LOGISTIC, convert_logistic},
      {BuiltinOperator::MAXIMUM, convert_maximum},
      {BuiltinOperator::MAX_POOL_2D, convert_max_pool_2d},
      {BuiltinOperator::MEAN, convert_mean},
      {BuiltinOperator::MINIMUM, convert_minimum},
      {BuiltinOperator::MUL, convert_mul},
      {BuiltinOperator::PAD, convert_pad},
      {BuiltinOperator::PADV2, convert_pad},
      {BuiltinOperator::REDUCE_MAX, convert_reduce_max},
      {BuiltinOperator::RELU, convert_relu},
      {BuiltinOperator::RELU6, convert_relu6},
      {BuiltinOperator::RELU_0_TO_1, convert_relu_0_to_1},
      {BuiltinOperator::RELU_N1_TO_1, convert_relu_n1_to_1},
      {BuiltinOperator::RESHAPE, convert_reshape},
      {BuiltinOperator::RSQRT, convert_rsqrt},
      {BuiltinOperator::SOFTMAX, convert_softmax},
      {BuiltinOperator::SQRT, convert_sqrt},
      {BuiltinOperator::SQUEEZE, convert_squeeze},
      {BuiltinOperator::SUB, convert_sub},
      {BuiltinOperator::SUM, convert_sum},
      {BuiltinOperator::TANH, convert_tanh},
      {BuiltinOperator::TRANSPOSE, convert_transpose},
  };
  const auto it = catalogue.find(op);
  return it == catalogue.end() ? nullptr : it->second;
}

}  // namespace slimc::frontend::tflite
