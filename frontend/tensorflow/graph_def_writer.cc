#include "frontend/tensorflow/graph_def_writer.h"

#include <string>
#include <vector>

#include "support/check.h"

namespace slimc::frontend {
namespace {

using tensorflow::AttrValue;
using tensorflow::DataType;
using tensorflow::GraphDef;
using tensorflow::NodeDef;

// The first version of GraphDef with everything that is written here (TensorFlow 1.5).
constexpr int kProducer = 24;

void set_shape(tensorflow::TensorShapeProto& proto, const Shape& shape) {
  for (const std::int64_t dim : shape.dims()) proto.add_dim()->set_size(dim);
}

// A node under construction.
class Node {
 public:
  Node(GraphDef& graph, const std::string& name, const std::string& op) : node_(*graph.add_node()) {
    node_.set_name(name);
    node_.set_op(op);
  }

  Node& input(const std::string& name) {
    node_.add_input(name);
    return *this;
  }
  Node& type(const std::string& name, DataType value) {
    attr(name).set_type(value);
    return *this;
  }
  Node& text(const std::string& name, const std::string& value) {
    attr(name).set_s(value);
    return *this;
  }
  Node& number(const std::string& name, float value) {
    attr(name).set_f(value);
    return *this;
  }
  Node& flag(const std::string& name, bool value) {
    attr(name).set_b(value);
    return *this;
  }
  Node& list(const std::string& name, const std::vector<std::int64_t>& values) {
    for (const std::int64_t value : values) attr(name).mutable_list()->add_i(value);
    return *this;
  }
  Node& shape(const std::string& name, const Shape& value) {
    set_shape(*attr(name).mutable_shape(), value);
    return *this;
  }
  AttrValue& attr(const std::string& name) { return (*node_.mutable_attr())[name]; }

 private:
  NodeDef& node_;
};

void add_strings(GraphDef& graph, const std::string& name, const std::vector<std::string>& values) {
  Node node(graph, name, "Const");
  node.type("dtype", DataType::DT_STRING);
  auto& tensor = *node.attr("value").mutable_tensor();
  tensor.set_dtype(DataType::DT_STRING);
  tensor.mutable_tensor_shape()->add_dim()->set_size(static_cast<std::int64_t>(values.size()));
  for (const std::string& value : values) tensor.add_string_val(value);
}

void add_integers(GraphDef& graph, const std::string& name, const std::vector<int>& values) {
  Node node(graph, name, "Const");
  node.type("dtype", DataType::DT_INT32);
  auto& tensor = *node.attr("value").mutable_tensor();
  tensor.set_dtype(DataType::DT_INT32);
  tensor.mutable_tensor_shape()->add_dim()->set_size(static_cast<std::int64_t>(values.size()));
  for (const int value : values) tensor.add_int_val(value);
}

// Rows of two: what comes before and after each of n, h, w, c.
void add_paddings(GraphDef& graph, const std::string& name, const Padding& padding) {
  Node node(graph, name, "Const");
  node.type("dtype", DataType::DT_INT32);
  auto& tensor = *node.attr("value").mutable_tensor();
  tensor.set_dtype(DataType::DT_INT32);
  set_shape(*tensor.mutable_tensor_shape(), Shape{4, 2});
  for (const std::int64_t zeros : {std::int64_t{0}, std::int64_t{0}, padding.top, padding.bottom,
                                   padding.left, padding.right, std::int64_t{0}, std::int64_t{0}}) {
    tensor.add_int_val(static_cast<int>(zeros));
  }
}

void add_variable(GraphDef& graph, const Op& op) {
  Node(graph, op.name, "VariableV2")
      .type("dtype", DataType::DT_FLOAT)
      .shape("shape", op.shape)
      .text("container", "")
      .text("shared_name", "");
  Node(graph, op.name + "/read", "Identity").type("T", DataType::DT_FLOAT).input(op.name);
}

class Writer {
 public:
  explicit Writer(const Graph& graph) : graph_(graph) {}

  GraphDef write() {
    for (const Op& op : graph_.ops()) add(op);
    add_saver();
    def_.mutable_versions()->set_producer(kProducer);
    return std::move(def_);
  }

 private:
  std::string source(Value value) const {
    const Op& op = graph_.op(value);
    return op.kind == OpKind::Constant ? op.name + "/read" : op.name;
  }

  // A float node with the op's name and its inputs.
  Node node(const Op& op, const std::string& type) {
    Node result(def_, op.name, type);
    for (const Value value : op.inputs) result.input(source(value));
    result.type("T", DataType::DT_FLOAT);
    return result;
  }

  void add(const Op& op);
  void add_convolution(const Op& op, const std::string& type);
  void add_pad(const Op& op);
  void add_pool(const Op& op);
  void add_reduction(const Op& op, const std::string& type);
  void add_reshape(const Op& op);
  void add_saver();

  const Graph& graph_;
  GraphDef def_;
};

void Writer::add(const Op& op) {
  switch (op.kind) {
    case OpKind::Input:
      Node(def_, op.name, "Placeholder").type("dtype", DataType::DT_FLOAT).shape("shape", op.shape);
      return;
    case OpKind::Constant:
      add_variable(def_, op);
      return;
    case OpKind::Conv2D:
      add_convolution(op, "Conv2D");
      return;
    case OpKind::DepthwiseConv2D:
      add_convolution(op, "DepthwiseConv2dNative");
      return;
    case OpKind::BatchNorm:
      node(op, "FusedBatchNorm")
          .text("data_format", "NHWC")
          .number("epsilon", op.attributes_as<BatchNormAttributes>().epsilon)
          .flag("is_training", false);
      return;
    case OpKind::BiasAdd:
      node(op, "BiasAdd").text("data_format", "NHWC");
      return;
    case OpKind::AvgPool:
      add_pool(op);
      return;
    case OpKind::Mean:
      add_reduction(op, "Mean");
      return;
    case OpKind::Max:
      add_reduction(op, "Max");
      return;
    case OpKind::Pad:
      add_pad(op);
      return;
    case OpKind::Reshape:
      add_reshape(op);
      return;
    case OpKind::Identity:
    case OpKind::Relu6:
    case OpKind::Softmax:
      node(op, std::string(name_of(op.kind)));
      return;
    default:
      SLIMC_CHECK(false, "no TensorFlow node for " + std::string(name_of(op.kind)));
  }
}

void Writer::add_convolution(const Op& op, const std::string& type) {
  const auto& attributes = op.attributes_as<ConvolutionAttributes>();
  const Shape& image = graph_.op(op.inputs[0]).shape;
  const Shape& weights = graph_.op(op.inputs[1]).shape;
  const bool same = attributes.padding ==
                    same_padding(image[1], image[2], weights[0], weights[1], attributes.stride_h,
                                 attributes.stride_w, attributes.dilation_h, attributes.dilation_w);
  SLIMC_CHECK(same || attributes.padding == Padding{}, "padding that is neither SAME nor VALID");
  node(op, type)
      .text("data_format", "NHWC")
      .text("padding", same ? "SAME" : "VALID")
      .list("strides", {1, attributes.stride_h, attributes.stride_w, 1})
      .list("dilations", {1, attributes.dilation_h, attributes.dilation_w, 1});
}

void Writer::add_pad(const Op& op) {
  const std::string paddings = op.name + "/paddings";
  add_paddings(def_, paddings, op.attributes_as<PadAttributes>().padding);
  node(op, "Pad").input(paddings).type("Tpaddings", DataType::DT_INT32);
}

void Writer::add_pool(const Op& op) {
  const auto& attributes = op.attributes_as<PoolAttributes>();
  node(op, "AvgPool")
      .text("data_format", "NHWC")
      .text("padding", "VALID")
      .list("ksize", {1, attributes.kernel_h, attributes.kernel_w, 1})
      .list("strides", {1, attributes.stride_h, attributes.stride_w, 1});
}

void Writer::add_reduction(const Op& op, const std::string& type) {
  const std::string axes = op.name + "/reduction_indices";
  add_integers(def_, axes, {1, 2});
  node(op, type)
      .input(axes)
      .type("Tidx", DataType::DT_INT32)
      .flag("keep_dims", op.attributes_as<ReduceAttributes>().keep_dims);
}

// slim's squeeze takes the two dimensions of size 1 away; everything else leaves the batch open.
void Writer::add_reshape(const Op& op) {
  if (op.name.ends_with("Squeeze")) {
    node(op, "Squeeze").list("squeeze_dims", {1, 2});
    return;
  }
  std::vector<int> dims = {-1};
  for (int d = 1; d < op.shape.rank(); ++d) dims.push_back(static_cast<int>(op.shape[d]));
  const std::string shape = op.name + "/shape";
  add_integers(def_, shape, dims);
  node(op, "Reshape").input(shape).type("Tshape", DataType::DT_INT32);
}

void Writer::add_saver() {
  std::vector<std::string> names;
  for (const Op& op : graph_.ops()) {
    if (op.kind == OpKind::Constant) names.push_back(op.name);
  }
  {
    Node file(def_, "save/Const", "Const");
    file.type("dtype", DataType::DT_STRING);
    auto& tensor = *file.attr("value").mutable_tensor();
    tensor.set_dtype(DataType::DT_STRING);
    tensor.mutable_tensor_shape();
    tensor.add_string_val("model");
  }
  add_strings(def_, "save/RestoreV2/tensor_names", names);
  add_strings(def_, "save/RestoreV2/shape_and_slices", std::vector<std::string>(names.size()));
  {
    Node restore(def_, "save/RestoreV2", "RestoreV2");
    restore.input("save/Const")
        .input("save/RestoreV2/tensor_names")
        .input("save/RestoreV2/shape_and_slices");
    for (std::size_t i = 0; i < names.size(); ++i) {
      restore.attr("dtypes").mutable_list()->add_type(DataType::DT_FLOAT);
    }
  }
  std::vector<std::string> assigns;
  for (std::size_t i = 0; i < names.size(); ++i) {
    // TensorFlow leaves the first number and the output :0 away.
    const std::string number = std::to_string(i);
    assigns.push_back(i == 0 ? "save/Assign" : "save/Assign_" + number);
    Node(def_, assigns.back(), "Assign")
        .input(names[i])
        .input(i == 0 ? "save/RestoreV2" : "save/RestoreV2:" + number)
        .type("T", DataType::DT_FLOAT)
        .flag("use_locking", true)
        .flag("validate_shape", true);
  }
  Node all(def_, kSaverRestoreOp, "NoOp");
  for (const std::string& assign : assigns) all.input("^" + assign);
}

}  // namespace

GraphDef write_graph_def(const Graph& graph) { return Writer(graph).write(); }

}  // namespace slimc::frontend
