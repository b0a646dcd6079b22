#include "tests/frontend/tflite/model_builder.h"

#include <cstring>

#include "frontend/tflite/load_tflite.h"

namespace slimc::frontend::testing {

ModelBuilder::ModelBuilder() {
  model.version = 3;
  model.buffers.push_back(std::make_unique<schema::BufferT>());
  model.subgraphs.push_back(std::make_unique<schema::SubGraphT>());
}

int ModelBuilder::tensor(const std::string& name, std::vector<std::int32_t> shape,
                         schema::TensorType type) {
  auto added = std::make_unique<schema::TensorT>();
  added->name = name;
  added->shape = std::move(shape);
  added->type = type;
  subgraph().tensors.push_back(std::move(added));
  return static_cast<int>(subgraph().tensors.size()) - 1;
}

int ModelBuilder::input(const std::string& name, std::vector<std::int32_t> shape) {
  const int number = tensor(name, std::move(shape));
  subgraph().inputs.push_back(number);
  return number;
}

template <typename T>
int ModelBuilder::constant(const std::string& name, std::vector<std::int32_t> shape,
                           schema::TensorType type, const std::vector<T>& values) {
  const int number = tensor(name, std::move(shape), type);
  auto buffer = std::make_unique<schema::BufferT>();
  buffer->data.resize(values.size() * sizeof(T));
  std::memcpy(buffer->data.data(), values.data(), buffer->data.size());
  at(number).buffer = static_cast<std::uint32_t>(model.buffers.size());
  model.buffers.push_back(std::move(buffer));
  return number;
}

int ModelBuilder::floats(const std::string& name, std::vector<std::int32_t> shape,
                         std::vector<float> values) {
  return constant(name, std::move(shape), schema::TensorType::FLOAT32, values);
}

int ModelBuilder::integers(const std::string& name, std::vector<std::int32_t> values) {
  const auto count = static_cast<std::int32_t>(values.size());
  return constant(name, {count}, schema::TensorType::INT32, values);
}

int ModelBuilder::scalar(const std::string& name, std::int32_t value) {
  return constant(name, {}, schema::TensorType::INT32, std::vector<std::int32_t>{value});
}

int ModelBuilder::quantised(const std::string& name, std::vector<std::int32_t> shape,
                            schema::TensorType type, const std::vector<std::int8_t>& values,
                            std::vector<float> scales, std::vector<std::int64_t> zero_points,
                            std::int32_t dimension) {
  const int number = constant(name, std::move(shape), type, values);
  auto quantisation = std::make_unique<schema::QuantizationParametersT>();
  quantisation->scale = std::move(scales);
  quantisation->zero_point = std::move(zero_points);
  quantisation->zero_point.resize(quantisation->scale.size());
  quantisation->quantized_dimension = dimension;
  at(number).quantization = std::move(quantisation);
  return number;
}

int ModelBuilder::halves(const std::string& name, std::vector<std::int32_t> shape,
                         const std::vector<std::uint16_t>& values) {
  return constant(name, std::move(shape), schema::TensorType::FLOAT16, values);
}

schema::OperatorT& ModelBuilder::op(schema::BuiltinOperator code, std::vector<std::int32_t> inputs,
                                    std::vector<std::int32_t> outputs) {
  auto op_code = std::make_unique<schema::OperatorCodeT>();
  op_code->deprecated_builtin_code =
      static_cast<std::int8_t>(std::min(static_cast<std::int32_t>(code), 127));
  op_code->builtin_code = code;
  auto added = std::make_unique<schema::OperatorT>();
  added->opcode_index = static_cast<std::uint32_t>(model.operator_codes.size());
  added->inputs = std::move(inputs);
  added->outputs = std::move(outputs);
  model.operator_codes.push_back(std::move(op_code));
  if (!added->outputs.empty()) subgraph().outputs = {added->outputs.front()};
  subgraph().operators.push_back(std::move(added));
  return *subgraph().operators.back();
}

std::string ModelBuilder::bytes() const {
  flatbuffers::FlatBufferBuilder builder;
  schema::FinishModelBuffer(builder, schema::Model::Pack(builder, &model));
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

Result<Graph> read(const std::string& bytes, ModelRequest request) {
  SilentReporter reporter;
  request.model = "net.tflite";
  return read_tflite(bytes, request, reporter);
}

std::string errors_of(const std::string& bytes, ModelRequest request) {
  const auto graph = read(bytes, std::move(request));
  return graph ? "" : graph.error().to_string();
}

}  // namespace slimc::frontend::testing
