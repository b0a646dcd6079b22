// Small graphs for tests, with random weights that are the same on every machine.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "compiler/reference/evaluate.h"
#include "ir/graph.h"

namespace slimc::testing {

// Uniform in [low, high). The distributions of <random> differ between libraries, its engines do
// not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  double uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11) * 0x1p-53;
  }
  std::int64_t integer(std::int64_t low, std::int64_t high) {  // both inclusive
    return low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool coin() { return integer(0, 1) == 1; }

 private:
  std::mt19937_64 engine_;
};

inline reference::DoubleTensor random_tensor(const Shape& shape, std::uint64_t seed,
                                             double low = -1, double high = 1) {
  Random random(seed);
  reference::DoubleTensor tensor{shape,
                                 std::vector<double>(static_cast<std::size_t>(shape.elements()))};
  for (double& x : tensor.data) x = random.uniform(low, high);
  return tensor;
}

class GraphBuilder {
 public:
  explicit GraphBuilder(const Shape& input_shape, std::uint64_t seed = 1) : random_(seed) {
    Op op;
    op.kind = OpKind::Input;
    op.name = "input";
    op.shape = input_shape;
    graph_.input = graph_.add(std::move(op));
    graph_.name = "test";
    graph_.file = "test.pb";
  }

  Value input() const { return graph_.input; }
  const Shape& shape(Value value) const { return graph_.op(value).shape; }
  Random& random() { return random_; }
  Graph& graph() { return graph_; }

  // An op named by its kind and position, unless `name` says otherwise.
  Value add(OpKind kind, std::vector<Value> inputs, Attributes attributes = {},
            std::string name = {}) {
    Op op;
    op.kind = kind;
    op.name = name.empty() ? next_name(name_of(kind)) : std::move(name);
    op.inputs = std::move(inputs);
    op.attributes = std::move(attributes);
    return graph_.add(std::move(op));
  }

  Value constant(const Shape& shape, std::vector<float> data, std::string name = {}) {
    return graph_.add_constant(name.empty() ? next_name("Constant") : std::move(name),
                               {shape, std::move(data)});
  }
  Value scalar(float x) { return constant(Shape{}, {x}); }
  Value random_constant(const Shape& shape, double low = -1, double high = 1) {
    std::vector<float> data(static_cast<std::size_t>(shape.elements()));
    for (float& x : data) x = static_cast<float>(random_.uniform(low, high));
    return constant(shape, std::move(data));
  }

  // SAME padding; weights of a size that keeps the activations' size.
  Value conv(Value x, std::int64_t kernel, std::int64_t co, std::int64_t stride = 1,
             bool bias = false) {
    const Shape in = shape(x);
    const double range =
        2.0 / std::max<double>(1.0, static_cast<double>(kernel * kernel * in[3])) + 0.1;
    std::vector<Value> inputs = {x,
                                 random_constant(Shape{kernel, kernel, in[3], co}, -range, range)};
    if (bias) inputs.push_back(random_constant(Shape{co}));
    return add(OpKind::Conv2D, inputs, convolution(in, kernel, stride));
  }
  Value depthwise(Value x, std::int64_t kernel, std::int64_t stride = 1,
                  std::int64_t multiplier = 1, bool bias = false) {
    const Shape in = shape(x);
    std::vector<Value> inputs = {x, random_constant(Shape{kernel, kernel, in[3], multiplier})};
    if (bias) inputs.push_back(random_constant(Shape{in[3] * multiplier}));
    return add(OpKind::DepthwiseConv2D, inputs, convolution(in, kernel, stride));
  }
  Value batch_norm(Value x) {
    const Shape c = channels(x);
    return add(OpKind::BatchNorm,
               {x, random_constant(c, 0.5, 1.5), random_constant(c), random_constant(c),
                random_constant(c, 0.1, 2)},
               BatchNormAttributes{0.001f});
  }
  // y = x*scale + (beta - mean*scale) with scale = gamma * rsqrt(variance + epsilon): what a Keras
  // model's graph holds.
  Value keras_batch_norm(Value x) {
    const Shape c = channels(x);
    const Value variance = random_constant(c, 0.1, 2);
    const Value root = add(OpKind::Rsqrt, {add(OpKind::Add, {variance, scalar(0.001f)})});
    const Value scale = add(OpKind::Mul, {root, random_constant(c, 0.5, 1.5)});
    const Value moved_mean = add(OpKind::Mul, {random_constant(c), scale});
    const Value offset = add(OpKind::Sub, {random_constant(c), moved_mean});
    return add(OpKind::Add, {add(OpKind::Mul, {x, scale}), offset});
  }
  Value relu6(Value x) { return add(OpKind::Relu6, {x}); }
  Value reshape(Value x, const Shape& to) {
    return add(OpKind::Reshape, {x}, ReshapeAttributes{to});
  }

  Shape channels(Value x) const { return Shape{shape(x)[shape(x).rank() - 1]}; }

  Graph finish(Value output) {
    graph_.set_output(output);
    return graph_;
  }

 private:
  std::string next_name(std::string_view kind) {
    return std::string(kind) + "_" + std::to_string(graph_.ops().size());
  }
  static ConvolutionAttributes convolution(const Shape& in, std::int64_t kernel,
                                           std::int64_t stride) {
    return {.stride_h = stride,
            .stride_w = stride,
            .padding = same_padding(in[1], in[2], kernel, kernel, stride, stride)};
  }

  Graph graph_;
  Random random_;
};

}  // namespace slimc::testing
