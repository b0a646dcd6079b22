#include "compiler/reference/evaluate.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/reference/kernels.h"
#include "support/check.h"

namespace slimc::reference {
namespace {

Inputs inputs_of(const Op& op, const std::vector<DoubleTensor>& values) {
  Inputs inputs;
  for (const Value value : op.inputs) {
    inputs.push_back(&values[static_cast<std::size_t>(value.op)]);
  }
  return inputs;
}

// Evaluates in order; `done(i)` is called when op i has its value.
template <typename Done>
std::vector<DoubleTensor> walk(const Graph& graph, const DoubleTensor& input, const Done& done) {
  SLIMC_CHECK(input.shape == graph.op(graph.input).shape,
              "the graph takes " + graph.op(graph.input).shape.to_string() + ", not " +
                  input.shape.to_string());
  std::vector<DoubleTensor> values(graph.ops().size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Op& op = graph.ops()[i];
    values[i] = op.kind == OpKind::Input ? input : evaluate_op(op, inputs_of(op, values));
    done(i, values);
  }
  return values;
}

}  // namespace

DoubleTensor widen(const Tensor& tensor) {
  return {tensor.shape, {tensor.data.begin(), tensor.data.end()}};
}

Tensor narrow(const DoubleTensor& tensor) {
  Tensor result{tensor.shape, std::vector<float>(tensor.data.size())};
  std::transform(tensor.data.begin(), tensor.data.end(), result.data.begin(),
                 [](double x) { return static_cast<float>(x); });
  return result;
}

DoubleTensor zeros(const Shape& shape) {
  return {shape, std::vector<double>(static_cast<std::size_t>(shape.elements()), 0.0)};
}

namespace {

// The numbers that the type can stand for, whatever its integers are: ties away from zero, as in
// TFLite's QUANTIZE.
void round_to(const TensorType& type, std::vector<double>& data) {
  if (!type.is_quantized()) return;
  const auto [least, most] = range_of(type.element);
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::size_t channel = i % type.scales.size();
    const double scale = type.scales[channel], zero = type.zero(channel);
    data[i] = scale * (std::clamp(std::round(data[i] / scale) + zero, least, most) - zero);
  }
}

DoubleTensor evaluate_exactly(const Op& op, const Inputs& in) {
  switch (op.kind) {
    case OpKind::Input:
      SLIMC_CHECK(false, "an Input has no value of its own");
    case OpKind::Constant:
      return widen(*op.constant);
    case OpKind::Identity:
    case OpKind::Dropout:
    case OpKind::Reshape:
    case OpKind::Quantize:
    case OpKind::Dequantize:
      return {op.shape, in[0]->data};
    case OpKind::Conv2D:
      return conv2d(op, in);
    case OpKind::DepthwiseConv2D:
      return depthwise_conv2d(op, in);
    case OpKind::MatMul:
      return mat_mul(op, in);
    case OpKind::BatchNorm:
      return batch_norm(op, in);
    case OpKind::BiasAdd:
      return bias_add(op, in);
    case OpKind::ScaleImage:
      return scale_image(op, in);
    case OpKind::Add:
    case OpKind::Sub:
    case OpKind::Mul:
    case OpKind::Div:
    case OpKind::Maximum:
    case OpKind::Minimum:
      return binary(op, in);
    case OpKind::Sqrt:
    case OpKind::Rsqrt:
    case OpKind::Relu:
    case OpKind::Relu6:
    case OpKind::Exp:
    case OpKind::Activate:
      return unary(op, in);
    case OpKind::Pad:
      return pad(op, in);
    case OpKind::AvgPool:
    case OpKind::MaxPool:
      return pool(op, in);
    case OpKind::Mean:
    case OpKind::Max:
      return reduce(op, in);
    case OpKind::Softmax:
      return softmax(op, in);
    case OpKind::SumChannels:
    case OpKind::MaxChannels:
      return reduce_channels(op, in);
  }
  SLIMC_CHECK(false, "unknown kind of op");
}

}  // namespace

DoubleTensor evaluate_op(const Op& op, const Inputs& in) {
  DoubleTensor result = evaluate_exactly(op, in);
  round_to(op.type, result.data);
  return result;
}

std::vector<DoubleTensor> evaluate_all(const Graph& graph, const DoubleTensor& input) {
  return walk(graph, input, [](std::size_t, std::vector<DoubleTensor>&) {});
}

std::vector<DoubleTensor> evaluate_outputs(const Graph& graph, const DoubleTensor& input) {
  std::vector<std::size_t> last_user(graph.ops().size());
  for (std::size_t i = 0; i < last_user.size(); ++i) {
    last_user[i] = i;
    for (const Value value : graph.ops()[i].inputs) {
      last_user[static_cast<std::size_t>(value.op)] = i;
    }
  }
  std::vector<bool> is_output(graph.ops().size());
  for (const NetworkOutput& output : graph.outputs) {
    is_output[static_cast<std::size_t>(output.value.op)] = true;
  }
  const auto drop_if_done = [&](std::size_t value, std::size_t user, auto& values) {
    if (!is_output[value] && last_user[value] == user) values[value] = {};
  };
  auto values = walk(graph, input, [&](std::size_t i, std::vector<DoubleTensor>& all) {
    for (const Value value : graph.ops()[i].inputs) {
      drop_if_done(static_cast<std::size_t>(value.op), i, all);
    }
    drop_if_done(i, i, all);
  });
  std::vector<DoubleTensor> results;
  for (const NetworkOutput& output : graph.outputs) {
    // No move: passes make one value of two outputs that are the same.
    results.push_back(values[static_cast<std::size_t>(output.value.op)]);
  }
  return results;
}

DoubleTensor evaluate(const Graph& graph, const DoubleTensor& input) {
  return std::move(evaluate_outputs(graph, input).front());
}

}  // namespace slimc::reference
