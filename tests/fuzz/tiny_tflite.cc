#include "tests/fuzz/tiny_tflite.h"

#include <cstring>
#include <memory>
#include <vector>

#include "frontend/tflite/schema_generated.h"

namespace slimc::fuzz {
namespace {

namespace schema = frontend::tflite::schema;

class Builder {
 public:
  Builder() {
    model_.version = 3;
    model_.subgraphs.push_back(std::make_unique<schema::SubGraphT>());
    model_.buffers.push_back(std::make_unique<schema::BufferT>());  // the empty one
  }

  int tensor(const std::vector<int>& shape) { return add_tensor(shape, 0); }

  int floats(const std::vector<int>& shape) {
    std::size_t elements = 1;
    for (const int dim : shape) elements *= static_cast<std::size_t>(dim);
    std::vector<float> values;
    for (std::size_t i = 0; i < elements; ++i) {
      values.push_back(0.25f * static_cast<float>(i % 5 + 1));
    }
    return add_tensor(shape, add_buffer(values));
  }

  int integers(const std::vector<int>& values, const std::vector<int>& shape) {
    const int index = add_tensor(shape, add_buffer(values));
    graph().tensors.back()->type = schema::TensorType::INT32;
    return index;
  }

  // Adds an op and returns its result's tensor.
  template <typename Options>
  int op(schema::BuiltinOperator code, const std::vector<int>& inputs,
         const std::vector<int>& shape, Options options) {
    auto added = std::make_unique<schema::OperatorT>();
    added->opcode_index = static_cast<std::uint32_t>(model_.operator_codes.size());
    model_.operator_codes.push_back(std::make_unique<schema::OperatorCodeT>());
    model_.operator_codes.back()->deprecated_builtin_code = static_cast<std::int8_t>(code);
    added->inputs = inputs;
    added->outputs = {tensor(shape)};
    added->builtin_options.Set(std::move(options));
    graph().operators.push_back(std::move(added));
    return graph().operators.back()->outputs.front();
  }

  std::string finish(int input, int output) {
    graph().inputs = {input};
    graph().outputs = {output};
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(schema::Model::Pack(builder, &model_), "TFL3");
    return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
  }

 private:
  schema::SubGraphT& graph() { return *model_.subgraphs.front(); }

  int add_tensor(const std::vector<int>& shape, std::uint32_t buffer) {
    auto added = std::make_unique<schema::TensorT>();
    added->shape = shape;
    added->buffer = buffer;
    added->name = "t" + std::to_string(graph().tensors.size());
    graph().tensors.push_back(std::move(added));
    return static_cast<int>(graph().tensors.size()) - 1;
  }

  template <typename T>
  std::uint32_t add_buffer(const std::vector<T>& values) {
    auto added = std::make_unique<schema::BufferT>();
    added->data.resize(values.size() * sizeof(T));
    std::memcpy(added->data.data(), values.data(), added->data.size());
    model_.buffers.push_back(std::move(added));
    return static_cast<std::uint32_t>(model_.buffers.size()) - 1;
  }

  schema::ModelT model_;
};

}  // namespace

std::string tiny_tflite(bool pool) {
  using schema::ActivationFunctionType;
  using schema::BuiltinOperator;
  Builder b;
  const int input = b.tensor({1, 8, 8, 3});
  schema::Conv2DOptionsT stem;
  stem.stride_h = stem.stride_w = 2;
  stem.fused_activation_function = ActivationFunctionType::RELU6;
  int x = b.op(BuiltinOperator::CONV_2D, {input, b.floats({2, 3, 3, 3}), b.floats({2})},
               {1, 4, 4, 2}, stem);
  schema::DepthwiseConv2DOptionsT depthwise;
  depthwise.stride_h = depthwise.stride_w = 1;
  depthwise.depth_multiplier = 1;
  depthwise.fused_activation_function = ActivationFunctionType::RELU6;
  x = b.op(BuiltinOperator::DEPTHWISE_CONV_2D, {x, b.floats({1, 3, 3, 2}), b.floats({2})},
           {1, 4, 4, 2}, depthwise);
  if (pool) {
    schema::Pool2DOptionsT window;
    window.padding = schema::Padding::VALID;
    window.filter_height = window.filter_width = 4;
    window.stride_h = window.stride_w = 1;
    x = b.op(BuiltinOperator::AVERAGE_POOL_2D, {x}, {1, 1, 1, 2}, window);
    schema::Conv2DOptionsT logits;
    logits.stride_h = logits.stride_w = 1;
    x = b.op(BuiltinOperator::CONV_2D, {x, b.floats({3, 1, 1, 2}), b.floats({3})}, {1, 1, 1, 3},
             logits);
    schema::ReshapeOptionsT reshape;
    reshape.new_shape = {1, 3};
    x = b.op(BuiltinOperator::RESHAPE, {x, b.integers({1, 3}, {2})}, {1, 3}, reshape);
  } else {
    x = b.op(BuiltinOperator::MEAN, {x, b.integers({1, 2}, {2})}, {1, 2},
             schema::ReducerOptionsT());
    x = b.op(BuiltinOperator::FULLY_CONNECTED, {x, b.floats({3, 2}), b.floats({3})}, {1, 3},
             schema::FullyConnectedOptionsT());
  }
  schema::SoftmaxOptionsT softmax;
  softmax.beta = 1;
  x = b.op(BuiltinOperator::SOFTMAX, {x}, {1, 3}, softmax);
  return b.finish(input, x);
}

}  // namespace slimc::fuzz
