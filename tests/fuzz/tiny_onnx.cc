#include "tests/fuzz/tiny_onnx.h"

#include <cstdint>
#include <vector>

#include "frontend/onnx/onnx.pb.h"

namespace slimc::fuzz {
namespace {

namespace schema = frontend::onnx::schema;
using Ints = std::vector<std::int64_t>;

class Builder {
 public:
  explicit Builder(std::int64_t opset, const Ints& input) {
    model_.set_ir_version(8);
    model_.add_opset_import()->set_version(opset);
    auto& info = *graph().add_input();
    info.set_name("x");
    auto& type = *info.mutable_type()->mutable_tensor_type();
    type.set_elem_type(schema::FLOAT);
    for (const std::int64_t dim : input) type.mutable_shape()->add_dim()->set_dim_value(dim);
  }

  std::string floats(const Ints& dims) {
    schema::TensorProto& tensor = add_tensor(schema::FLOAT, dims);
    std::int64_t elements = 1;
    for (const std::int64_t dim : dims) elements *= dim;
    for (std::int64_t i = 0; i < elements; ++i) {
      tensor.add_float_data(0.25f * static_cast<float>(i % 5 + 1));
    }
    return tensor.name();
  }

  std::string integers(const Ints& values) {
    schema::TensorProto& tensor =
        add_tensor(schema::INT64, {static_cast<std::int64_t>(values.size())});
    for (const std::int64_t value : values) tensor.add_int64_data(value);
    return tensor.name();
  }

  std::string op(const char* kind, const std::vector<std::string>& inputs) {
    schema::NodeProto& node = *graph().add_node();
    node.set_op_type(kind);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output("v" + std::to_string(graph().node_size()));
    return node.output(0);
  }

  // Of the last node.
  void set(const char* name, const Ints& values) {
    schema::AttributeProto& attribute = add_attribute(name, schema::AttributeProto::A_INTS);
    for (const std::int64_t value : values) attribute.add_ints(value);
  }
  void set(const char* name, std::int64_t value) {
    add_attribute(name, schema::AttributeProto::A_INT).set_i(value);
  }

  std::string finish(const std::string& output) {
    graph().add_output()->set_name(output);
    return model_.SerializeAsString();
  }

 private:
  schema::GraphProto& graph() { return *model_.mutable_graph(); }

  schema::TensorProto& add_tensor(schema::DataType type, const Ints& dims) {
    schema::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name("w" + std::to_string(graph().initializer_size()));
    tensor.set_data_type(type);
    for (const std::int64_t dim : dims) tensor.add_dims(dim);
    return tensor;
  }

  schema::AttributeProto& add_attribute(const char* name,
                                        schema::AttributeProto::AttributeType type) {
    auto& nodes = *graph().mutable_node();
    schema::AttributeProto& attribute = *nodes.Mutable(nodes.size() - 1)->add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
  }

  schema::ModelProto model_;
};

}  // namespace

std::string tiny_onnx(bool channels_last) {
  Builder b(13, channels_last ? Ints{1, 8, 8, 3} : Ints{1, 3, 8, 8});
  std::string x = "x";
  if (channels_last) {
    x = b.op("Transpose", {x});
    b.set("perm", Ints{0, 3, 1, 2});
  }
  const auto activate = [&] {
    if (channels_last) {
      x = b.op("Clip", {x, b.floats({}), b.floats({})});
    } else {
      x = b.op("BatchNormalization",
               {x, b.floats({2}), b.floats({2}), b.floats({2}), b.floats({2})});
      x = b.op("Relu", {x});
    }
  };
  x = b.op("Conv", {x, b.floats({2, 3, 3, 3})});
  b.set("strides", Ints{2, 2});
  b.set("pads", Ints{0, 0, 1, 1});
  activate();
  x = b.op("Conv", {x, b.floats({2, 1, 3, 3}), b.floats({2})});
  b.set("group", 2);
  b.set("pads", Ints{1, 1, 1, 1});
  activate();
  if (channels_last) {
    x = b.op("Transpose", {x});
    b.set("perm", Ints{0, 2, 3, 1});
    x = b.op("ReduceMean", {x});
    b.set("axes", Ints{1, 2});
    const std::string batch = b.op("Slice", {b.op("Shape", {x}), b.integers({0}), b.integers({1})});
    const std::string shape = b.op("Concat", {batch, b.integers({-1})});
    b.set("axis", 0);
    x = b.op("Reshape", {x, shape});
    x = b.op("Add", {b.op("MatMul", {x, b.floats({2, 3})}), b.floats({3})});
  } else {
    x = b.op("Flatten", {b.op("GlobalAveragePool", {x})});
    x = b.op("Gemm", {x, b.floats({3, 2}), b.floats({3})});
    b.set("transB", 1);
  }
  return b.finish(b.op("Softmax", {x}));
}

}  // namespace slimc::fuzz
