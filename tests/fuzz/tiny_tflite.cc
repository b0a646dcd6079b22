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

  // Weights of one byte each, with a scale for each slice of the first dimension.
  int bytes(const std::vector<int>& shape) {
    std::size_t elements = 1;
    for (const int dim : shape) elements *= static_cast<std::size_t>(dim);
    std::vector<std::int8_t> values;
    for (std::size_t i = 0; i < elements; ++i) values.push_back(static_cast<std::int8_t>(i % 5));
    const int index = add_tensor(shape, add_buffer(values));
    schema::TensorT& tensor = *graph().tensors.back();
    tensor.type = schema::TensorType::INT8;
    tensor.quantization = std::make_unique<schema::QuantizationParametersT>();
    tensor.quantization->scale.assign(static_cast<std::size_t>(shape[0]), 0.25f);
    tensor.quantization->zero_point.assign(static_cast<std::size_t>(shape[0]), 0);
    return index;
  }

  int halves(const std::vector<int>& shape) {
    std::size_t elements = 1;
    for (const int dim : shape) elements *= static_cast<std::size_t>(dim);
    const int index = add_tensor(shape, add_buffer(std::vector<std::uint16_t>(elements, 0x3400)));
    graph().tensors.back()->type = schema::TensorType::FLOAT16;
    return index;
  }

  schema::TensorT& at(int index) { return *graph().tensors[static_cast<std::size_t>(index)]; }

  // An op without options.
  int op(schema::BuiltinOperator code, const std::vector<int>& inputs,
         const std::vector<int>& shape) {
    const int output = op(code, inputs, shape, schema::ReshapeOptionsT());
    graph().operators.back()->builtin_options.Reset();
    return output;
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

  void sign(const std::string& key, int input, const std::vector<int>& outputs) {
    const auto named = [](const char* name, int tensor) {
      auto map = std::make_unique<schema::TensorMapT>();
      map->name = name;
      map->tensor_index = static_cast<std::uint32_t>(tensor);
      return map;
    };
    auto signature = std::make_unique<schema::SignatureDefT>();
    signature->signature_key = key;
    signature->inputs.push_back(named("image", input));
    for (const int output : outputs) signature->outputs.push_back(named("result", output));
    model_.signature_defs.push_back(std::move(signature));
  }

  std::string finish(int input, const std::vector<int>& outputs) {
    graph().inputs = {input};
    graph().outputs = outputs;
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
  return b.finish(input, {x});
}

std::string tiny_tflite_of_tensorflow_2() {
  using schema::BuiltinOperator;
  using schema::TensorType;
  Builder b;
  const std::vector<int> image = {1, 4, 4, 3};
  const int input = b.tensor(image);
  b.at(input).type = TensorType::UINT8;
  b.at(input).shape_signature = {-1, 4, 4, 3};
  int x = b.op(BuiltinOperator::CAST, {input}, image);
  x = b.op(BuiltinOperator::MUL, {x, b.floats({1})}, image, schema::MulOptionsT());
  x = b.op(BuiltinOperator::SUB, {x, b.floats({3})}, image, schema::SubOptionsT());
  schema::Conv2DOptionsT stem;
  stem.stride_h = stem.stride_w = 2;
  stem.fused_activation_function = schema::ActivationFunctionType::RELU;
  x = b.op(BuiltinOperator::CONV_2D, {x, b.bytes({2, 3, 3, 3}), b.floats({2})}, {1, 2, 2, 2}, stem);
  schema::ReducerOptionsT keep;
  keep.keep_dims = true;
  x = b.op(BuiltinOperator::MEAN, {x, b.integers({1, 2}, {2})}, {1, 1, 1, 2}, keep);
  const int features = x;
  const int weights = b.op(BuiltinOperator::DEQUANTIZE, {b.halves({3, 1, 1, 2})}, {3, 1, 1, 2});
  schema::Conv2DOptionsT logits;
  logits.stride_h = logits.stride_w = 1;
  x = b.op(BuiltinOperator::CONV_2D, {x, weights, b.floats({3})}, {1, 1, 1, 3}, logits);

  const auto integers = [&b](int tensor) {
    b.at(tensor).type = TensorType::INT32;
    return tensor;
  };
  schema::ShapeOptionsT type;
  type.out_type = TensorType::INT32;
  const int shape = integers(b.op(BuiltinOperator::SHAPE, {x}, {4}, type));
  const int zero = b.integers({0}, {1}), one = b.integers({1}, {1});
  schema::StridedSliceOptionsT first;
  first.shrink_axis_mask = 1;
  const int batch =
      integers(b.op(BuiltinOperator::STRIDED_SLICE, {shape, zero, one, one}, {}, first));
  schema::PackOptionsT pack;
  pack.values_count = 2;
  const int flat = integers(b.op(BuiltinOperator::PACK, {batch, b.integers({3}, {})}, {2}, pack));
  x = b.op(BuiltinOperator::RESHAPE, {x, flat}, {1, 3}, schema::ReshapeOptionsT());

  const int last = b.integers({-1}, {});
  const int max = b.op(BuiltinOperator::REDUCE_MAX, {x, last}, {1, 1}, keep);
  const int below = b.op(BuiltinOperator::SUB, {x, max}, {1, 3}, schema::SubOptionsT());
  const int exp = b.op(BuiltinOperator::EXP, {below}, {1, 3});
  const int sum = b.op(BuiltinOperator::SUM, {exp, last}, {1, 1}, keep);
  const int softmax = b.op(BuiltinOperator::DIV, {exp, sum}, {1, 3}, schema::DivOptionsT());
  schema::LeakyReluOptionsT leaky;
  leaky.alpha = 0.25f;
  const int other = b.op(BuiltinOperator::LOGISTIC,
                         {b.op(BuiltinOperator::LEAKY_RELU, {x}, {1, 3}, leaky)}, {1, 3});
  b.sign("serving_default", input, {features, softmax});
  return b.finish(input, {features, softmax, other});
}

}  // namespace slimc::fuzz
