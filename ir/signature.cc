#include "ir/signature.h"

#include <fmt/format.h>

namespace slimc {
namespace {

template <typename T>
std::size_t index_of() {
  return Attributes(T{}).index();
}

}  // namespace

Signature signature_of(OpKind kind) {
  const std::size_t none = index_of<std::monostate>();
  switch (kind) {
    case OpKind::Input:
    case OpKind::Constant:
      return {0, 0, none};
    case OpKind::Identity:
    case OpKind::Dropout:
    case OpKind::Sqrt:
    case OpKind::Rsqrt:
    case OpKind::Relu:
    case OpKind::Relu6:
    case OpKind::Softmax:
    case OpKind::Exp:
    case OpKind::SumChannels:
    case OpKind::MaxChannels:
    case OpKind::Quantize:
    case OpKind::Dequantize:
      return {1, 1, none};
    case OpKind::Activate:
      return {1, 1, index_of<ActivateAttributes>()};
    case OpKind::BiasAdd:
    case OpKind::Add:
    case OpKind::Sub:
    case OpKind::Mul:
    case OpKind::Div:
    case OpKind::Maximum:
    case OpKind::Minimum:
    case OpKind::MatMul:
      return {2, 2, none};
    case OpKind::ScaleImage:
      return {3, 3, none};
    case OpKind::Conv2D:
    case OpKind::DepthwiseConv2D:
      return {2, 3, index_of<ConvolutionAttributes>()};
    case OpKind::BatchNorm:
      return {5, 5, index_of<BatchNormAttributes>()};
    case OpKind::Pad:
      return {1, 1, index_of<PadAttributes>()};
    case OpKind::AvgPool:
    case OpKind::MaxPool:
      return {1, 1, index_of<PoolAttributes>()};
    case OpKind::Mean:
    case OpKind::Max:
      return {1, 1, index_of<ReduceAttributes>()};
    case OpKind::Reshape:
      return {1, 1, index_of<ReshapeAttributes>()};
  }
  return {};
}

std::string signature_problem(const Op& op) {
  const Signature expected = signature_of(op.kind);
  const int found = static_cast<int>(op.inputs.size());
  if (found < expected.min_inputs || found > expected.max_inputs) {
    const std::string count =
        expected.min_inputs == expected.max_inputs
            ? std::to_string(expected.min_inputs)
            : fmt::format("{} to {}", expected.min_inputs, expected.max_inputs);
    return fmt::format("{} takes {} inputs, found {}", name_of(op.kind), count, found);
  }
  if (op.attributes.index() != expected.attributes) {
    return fmt::format("{} carries attributes of another kind of op", name_of(op.kind));
  }
  return {};
}

}  // namespace slimc
