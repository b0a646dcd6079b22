#include "ir/graph.h"

namespace slimc {

std::string_view name_of(OpKind kind) {
  switch (kind) {
    case OpKind::Input:
      return "Input";
    case OpKind::Constant:
      return "Constant";
    case OpKind::Identity:
      return "Identity";
    case OpKind::Dropout:
      return "Dropout";
    case OpKind::Conv2D:
      return "Conv2D";
    case OpKind::DepthwiseConv2D:
      return "DepthwiseConv2D";
    case OpKind::BatchNorm:
      return "BatchNorm";
    case OpKind::BiasAdd:
      return "BiasAdd";
    case OpKind::Add:
      return "Add";
    case OpKind::Sub:
      return "Sub";
    case OpKind::Mul:
      return "Mul";
    case OpKind::Div:
      return "Div";
    case OpKind::Maximum:
      return "Maximum";
    case OpKind::Minimum:
      return "Minimum";
    case OpKind::Sqrt:
      return "Sqrt";
    case OpKind::Rsqrt:
      return "Rsqrt";
    case OpKind::Relu:
      return "Relu";
    case OpKind::Relu6:
      return "Relu6";
    case OpKind::Pad:
      return "Pad";
    case OpKind::AvgPool:
      return "AvgPool";
    case OpKind::MaxPool:
      return "MaxPool";
    case OpKind::Mean:
      return "Mean";
    case OpKind::Max:
      return "Max";
    case OpKind::MatMul:
      return "MatMul";
    case OpKind::Reshape:
      return "Reshape";
    case OpKind::Softmax:
      return "Softmax";
    case OpKind::Exp:
      return "Exp";
    case OpKind::SumChannels:
      return "SumChannels";
    case OpKind::MaxChannels:
      return "MaxChannels";
    case OpKind::Activate:
      return "Activate";
    case OpKind::ScaleImage:
      return "ScaleImage";
    case OpKind::Quantize:
      return "Quantize";
    case OpKind::Dequantize:
      return "Dequantize";
  }
  return "?";
}

}  // namespace slimc
