#include "tests/frontend/tensorflow/graph_builder.h"

#include "frontend/tensorflow/import.h"

namespace slimc::frontend::testing {

using tensorflow::DataType;

NodeBuilder& NodeBuilder::type(const std::string& name, DataType value) {
  attr(name).set_type(value);
  return *this;
}

NodeBuilder& NodeBuilder::text(const std::string& name, const std::string& value) {
  attr(name).set_s(value);
  return *this;
}

NodeBuilder& NodeBuilder::number(const std::string& name, float value) {
  attr(name).set_f(value);
  return *this;
}

NodeBuilder& NodeBuilder::integer(const std::string& name, std::int64_t value) {
  attr(name).set_i(value);
  return *this;
}

NodeBuilder& NodeBuilder::flag(const std::string& name, bool value) {
  attr(name).set_b(value);
  return *this;
}

NodeBuilder& NodeBuilder::list(const std::string& name, const std::vector<std::int64_t>& values) {
  auto& list = *attr(name).mutable_list();
  list.Clear();
  for (const std::int64_t value : values) list.add_i(value);
  return *this;
}

NodeBuilder& NodeBuilder::shape(const std::string& name, const std::vector<std::int64_t>& dims) {
  auto& shape = *attr(name).mutable_shape();
  shape.Clear();
  for (const std::int64_t dim : dims) shape.add_dim()->set_size(dim);
  return *this;
}

NodeBuilder GraphBuilder::node(const std::string& name, const std::string& op,
                               const std::vector<std::string>& inputs) {
  tensorflow::NodeDef& node = *def.add_node();
  node.set_name(name);
  node.set_op(op);
  for (const std::string& input : inputs) node.add_input(input);
  return NodeBuilder(node);
}

NodeBuilder GraphBuilder::placeholder(const std::string& name,
                                      const std::vector<std::int64_t>& dims) {
  return node(name, "Placeholder", {}).type("dtype", DataType::DT_FLOAT).shape("shape", dims);
}

NodeBuilder GraphBuilder::variable(const std::string& name, const std::vector<std::int64_t>& dims) {
  return node(name, "VariableV2", {}).type("dtype", DataType::DT_FLOAT).shape("shape", dims);
}

namespace {

tensorflow::TensorProto& tensor_of(NodeBuilder& node, DataType type,
                                   const std::vector<std::int64_t>& dims) {
  node.type("dtype", type);
  auto& tensor = *node.attr("value").mutable_tensor();
  tensor.set_dtype(type);
  tensor.mutable_tensor_shape();
  for (const std::int64_t dim : dims) tensor.mutable_tensor_shape()->add_dim()->set_size(dim);
  return tensor;
}

}  // namespace

NodeBuilder GraphBuilder::floats(const std::string& name, const std::vector<std::int64_t>& dims,
                                 const std::vector<float>& values) {
  NodeBuilder constant = node(name, "Const", {});
  auto& tensor = tensor_of(constant, DataType::DT_FLOAT, dims);
  for (const float value : values) tensor.add_float_val(value);
  return constant;
}

NodeBuilder GraphBuilder::integers(const std::string& name, const std::vector<std::int64_t>& dims,
                                   const std::vector<int>& values) {
  NodeBuilder constant = node(name, "Const", {});
  auto& tensor = tensor_of(constant, DataType::DT_INT32, dims);
  for (const int value : values) tensor.add_int_val(value);
  return constant;
}

NodeBuilder GraphBuilder::strings(const std::string& name, const std::vector<std::string>& values) {
  NodeBuilder constant = node(name, "Const", {});
  auto& tensor =
      tensor_of(constant, DataType::DT_STRING, {static_cast<std::int64_t>(values.size())});
  for (const std::string& value : values) tensor.add_string_val(value);
  return constant;
}

NodeBuilder GraphBuilder::conv2d(const std::string& name, const std::string& image,
                                 const std::string& weights) {
  return node(name, "Conv2D", {image, weights})
      .type("T", DataType::DT_FLOAT)
      .text("padding", "SAME")
      .list("strides", {1, 1, 1, 1});
}

Result<Graph> import(const tensorflow::GraphDef& def, const ModelRequest& request) {
  SilentReporter reporter;
  const auto no_checkpoint = [](int) -> Result<Checkpoint> {
    return fail({.message = "this test has no checkpoint"});
  };
  return import_graph(def, "graph.pb", request, no_checkpoint, reporter);
}

std::string errors_of(const Result<Graph>& result) {
  return result ? "" : result.error().to_string();
}

}  // namespace slimc::frontend::testing
