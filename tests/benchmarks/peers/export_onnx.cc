#include "tests/benchmarks/peers/export_onnx.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace slimc::peers {
namespace {

// Opset 10 came with IR version 5 (https://onnx.ai/onnx/repo-docs/Versioning.html). It is the last
// in which Clip's bounds are attributes: OpenCV 4.6 reads no others (its issue 22015).
constexpr int kOpset = 10;
constexpr int kIrVersion = 5;

using Ints = std::vector<std::int64_t>;

// Images are n c h w in ONNX; all else stays.
Ints onnx_dims(const Shape& shape) {
  if (shape.rank() != 4) return shape.dims();
  return {shape[0], shape[3], shape[1], shape[2]};
}

// dims[i] of the result is dims[order[i]] of the tensor.
Tensor transpose(const Tensor& tensor, const std::array<int, 4>& order) {
  const Shape& from = tensor.shape;
  Tensor result{{from[order[0]], from[order[1]], from[order[2]], from[order[3]]}, {}};
  result.data.reserve(tensor.data.size());
  const Ints strides = {from[1] * from[2] * from[3], from[2] * from[3], from[3], 1};
  const auto stride = [&](int i) { return strides[static_cast<std::size_t>(order[i])]; };
  const Shape& to = result.shape;
  for (std::int64_t a = 0; a < to[0]; ++a) {
    for (std::int64_t b = 0; b < to[1]; ++b) {
      for (std::int64_t c = 0; c < to[2]; ++c) {
        for (std::int64_t d = 0; d < to[3]; ++d) {
          const std::int64_t at = a * stride(0) + b * stride(1) + c * stride(2) + d * stride(3);
          result.data.push_back(tensor.data[static_cast<std::size_t>(at)]);
        }
      }
    }
  }
  return result;
}

constexpr std::array<int, 4> kHwioToOihw = {3, 2, 0, 1};
constexpr std::array<int, 4> kNhwcToNchw = {0, 3, 1, 2};

// [kh,kw,ci,m] to [ci*m,1,kh,kw]: channel ci*m + j, as in the IR.
Tensor depthwise_weights(const Tensor& weights) {
  const Shape& s = weights.shape;
  Tensor flat{{s[0], s[1], 1, s[2] * s[3]}, weights.data};
  return transpose(flat, kHwioToOihw);
}

class Exporter {
 public:
  explicit Exporter(const Graph& graph) : graph_(graph) {}

  Result<OnnxModel> run() {
    model_.set_ir_version(kIrVersion);
    model_.set_producer_name("slimc");
    auto* const opset = model_.add_opset_import();
    opset->set_domain("");
    opset->set_version(kOpset);
    onnx().set_name(graph_.name);
    const Ints input = onnx_dims(graph_.op(graph_.input).shape);
    const Ints output = onnx_dims(graph_.op(graph_.output()).shape);
    declare(*onnx().add_input(), kOnnxInput, input);
    declare(*onnx().add_output(), kOnnxOutput, output);
    for (std::size_t i = 0; i < graph_.ops().size(); ++i) {
      value_ = {static_cast<int>(i)};
      SLIMC_TRY(write(graph_.ops()[i]));
    }
    return OnnxModel{model_.SerializeAsString(), input, output};
  }

 private:
  onnx::GraphProto& onnx() { return *model_.mutable_graph(); }

  static void declare(onnx::ValueInfoProto& value, const char* name, const Ints& dims) {
    value.set_name(name);
    auto* const tensor = value.mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t dim : dims) tensor->mutable_shape()->add_dim()->set_dim_value(dim);
  }

  static Failure problem(const Op& op, std::string message) {
    return fail({.subject = fmt::format("{} '{}'", name_of(op.kind), op.name),
                 .message = std::move(message)});
  }

  std::string name_of_value(Value value) const {
    if (value == graph_.input) return kOnnxInput;
    if (value == graph_.output()) return kOnnxOutput;
    return graph_.op(value).name;
  }
  std::string result() const { return name_of_value(value_); }
  std::string input(const Op& op, std::size_t i = 0) {
    const Op& producer = graph_.op(op.inputs[i]);
    if (producer.kind != OpKind::Constant) return name_of_value(op.inputs[i]);
    return initializer(producer.shape.rank() == 4 ? transpose(*producer.constant, kNhwcToNchw)
                                                  : *producer.constant,
                       "constant");
  }

  // The tensor behind an input, or a failure.
  Result<const Tensor*> constant(const Op& op, std::size_t i) const {
    const Op& producer = graph_.op(op.inputs[i]);
    if (producer.kind == OpKind::Constant) return producer.constant.get();
    return problem(op, fmt::format("input {} is computed, expected a constant", i));
  }

  std::string fresh(std::string_view what) {
    return fmt::format("{}/{}/{}", result(), what, fresh_++);
  }

  // Adds a constant of the model and returns its name.
  std::string initializer(const Tensor& tensor, std::string_view what) {
    onnx::TensorProto& to = *onnx().add_initializer();
    to.set_name(fresh(what));
    to.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t dim : tensor.shape.dims()) to.add_dims(dim);
    to.set_raw_data(tensor.data.data(), tensor.data.size() * sizeof(float));
    return to.name();
  }
  std::string initializer(const Ints& numbers, std::string_view what) {
    onnx::TensorProto& to = *onnx().add_initializer();
    to.set_name(fresh(what));
    to.set_data_type(onnx::TensorProto::INT64);
    to.add_dims(static_cast<std::int64_t>(numbers.size()));
    for (const std::int64_t number : numbers) to.add_int64_data(number);
    return to.name();
  }

  onnx::NodeProto& node(const char* type, const std::vector<std::string>& inputs,
                        const std::string& output) {
    onnx::NodeProto& to = *onnx().add_node();
    to.set_op_type(type);
    to.set_name(output);
    for (const std::string& name : inputs) to.add_input(name);
    to.add_output(output);
    return to;
  }

  static void set(onnx::NodeProto& node, const char* name, const Ints& numbers) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t number : numbers) attribute.add_ints(number);
  }
  static void set(onnx::NodeProto& node, const char* name, std::int64_t number) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(number);
  }
  static void set(onnx::NodeProto& node, const char* name, float number) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(number);
  }

  static Ints onnx_pads(const Padding& p) { return {p.top, p.left, p.bottom, p.right}; }

  void relu6(const std::string& from, const std::string& to) {
    onnx::NodeProto& clip = node("Clip", {from}, to);
    set(clip, "min", 0.f);
    set(clip, "max", 6.f);
  }

  Result<void> convolution(const Op& op, bool depthwise) {
    const auto& attributes = op.attributes_as<ConvolutionAttributes>();
    SLIMC_ASSIGN(const Tensor* const weights, constant(op, 1));
    std::vector<std::string> inputs = {
        input(op),
        initializer(depthwise ? depthwise_weights(*weights) : transpose(*weights, kHwioToOihw),
                    "weights")};
    if (op.inputs.size() == 3) {
      SLIMC_ASSIGN(const Tensor* const bias, constant(op, 2));
      inputs.push_back(initializer(*bias, "bias"));
    }
    const bool activated = attributes.activation != Activation::None;
    const std::string output = activated ? fresh("convolution") : result();
    onnx::NodeProto& to = node("Conv", inputs, output);
    set(to, "kernel_shape", {weights->shape[0], weights->shape[1]});
    set(to, "strides", {attributes.stride_h, attributes.stride_w});
    set(to, "dilations", {attributes.dilation_h, attributes.dilation_w});
    set(to, "pads", onnx_pads(attributes.padding));
    set(to, "group", depthwise ? weights->shape[2] : std::int64_t{1});
    if (attributes.activation == Activation::Relu) node("Relu", {output}, result());
    if (attributes.activation == Activation::Relu6) relu6(output, result());
    return {};
  }

  // An operand of an op that broadcasts, for a result of `rank` dimensions.
  Result<std::string> operand(const Op& op, std::size_t i, int rank) {
    const Op& producer = graph_.op(op.inputs[i]);
    if (producer.kind != OpKind::Constant) {
      if (rank == 4 && producer.shape.rank() != 4) {
        return problem(op, fmt::format("a computed operand {} cannot be broadcast to an image",
                                       producer.shape.to_string()));
      }
      return input(op, i);
    }
    if (rank != 4) return initializer(*producer.constant, "operand");
    Ints dims = producer.shape.dims();
    dims.insert(dims.begin(), static_cast<std::size_t>(4 - producer.shape.rank()), 1);
    return initializer(transpose({Shape(dims), producer.constant->data}, kNhwcToNchw), "operand");
  }

  Result<void> broadcasting(const Op& op, const char* type) {
    SLIMC_ASSIGN(const std::string x, operand(op, 0, op.shape.rank()));
    SLIMC_ASSIGN(const std::string y, operand(op, 1, op.shape.rank()));
    node(type, {x, y}, result());
    return {};
  }

  Result<void> batch_norm(const Op& op) {
    std::vector<std::string> inputs = {input(op)};
    for (const std::size_t i : {1u, 2u, 3u, 4u}) {
      SLIMC_ASSIGN(const Tensor* const parameter, constant(op, i));
      inputs.push_back(initializer(*parameter, "batch_norm"));
    }
    set(node("BatchNormalization", inputs, result()), "epsilon",
        op.attributes_as<BatchNormAttributes>().epsilon);
    return {};
  }

  void pool(const Op& op, bool average) {
    const auto& attributes = op.attributes_as<PoolAttributes>();
    const Shape& image = graph_.op(op.inputs[0]).shape;
    if (attributes.padding == Padding{} && attributes.kernel_h == image[1] &&
        attributes.kernel_w == image[2]) {
      node(average ? "GlobalAveragePool" : "GlobalMaxPool", {input(op)}, result());
      return;
    }
    onnx::NodeProto& to = node(average ? "AveragePool" : "MaxPool", {input(op)}, result());
    set(to, "kernel_shape", {attributes.kernel_h, attributes.kernel_w});
    set(to, "strides", {attributes.stride_h, attributes.stride_w});
    set(to, "pads", onnx_pads(attributes.padding));
  }

  void reduce(const Op& op, bool average) {
    if (op.attributes_as<ReduceAttributes>().keep_dims) {
      node(average ? "GlobalAveragePool" : "GlobalMaxPool", {input(op)}, result());
      return;
    }
    onnx::NodeProto& to = node(average ? "ReduceMean" : "ReduceMax", {input(op)}, result());
    set(to, "axes", {2, 3});
    set(to, "keepdims", std::int64_t{0});
  }

  // The IR's order of elements is n h w c. Where there is more than one pixel, the image has to be
  // in that order while its shape changes.
  void reshape(const Op& op) {
    const Shape& from = graph_.op(op.inputs[0]).shape;
    const Shape& to = op.shape;
    const auto has_pixels = [](const Shape& s) { return s.rank() == 4 && s[1] * s[2] > 1; };
    std::string x = input(op);
    if (has_pixels(from)) {
      const std::string moved = fresh("nhwc");
      set(node("Transpose", {x}, moved), "perm", {0, 2, 3, 1});
      x = moved;
    }
    const bool back = has_pixels(to);
    const std::string output = back ? fresh("reshaped") : result();
    node("Reshape", {x, initializer(back ? to.dims() : onnx_dims(to), "shape")}, output);
    if (back) set(node("Transpose", {output}, result()), "perm", {0, 3, 1, 2});
  }

  void pad(const Op& op) {
    const Padding& p = op.attributes_as<PadAttributes>().padding;
    set(node("Pad", {input(op)}, result()), "pads", {0, 0, p.top, p.left, 0, 0, p.bottom, p.right});
  }

  // Until opset 13, Softmax takes all dimensions from `axis` on as one.
  Result<void> softmax(const Op& op) {
    const Shape& x = op.shape;
    if (x.rank() == 4 && x[1] * x[2] > 1) return problem(op, "of an image has no ONNX form");
    set(node("Softmax", {input(op)}, result()), "axis",
        std::int64_t{x.rank() == 4 ? 1 : x.rank() - 1});
    return {};
  }

  Result<void> write(const Op& op) {
    switch (op.kind) {
      case OpKind::Input:
      case OpKind::Constant:  // written where it is used
        return {};
      case OpKind::Identity:
      case OpKind::Dropout:
        node("Identity", {input(op)}, result());
        return {};
      case OpKind::Conv2D:
        return convolution(op, false);
      case OpKind::DepthwiseConv2D:
        return convolution(op, true);
      case OpKind::BatchNorm:
        return batch_norm(op);
      case OpKind::BiasAdd:
      case OpKind::Add:
        return broadcasting(op, "Add");
      case OpKind::Sub:
        return broadcasting(op, "Sub");
      case OpKind::Mul:
        return broadcasting(op, "Mul");
      case OpKind::Div:
        return broadcasting(op, "Div");
      case OpKind::Maximum:
        return broadcasting(op, "Max");
      case OpKind::Minimum:
        return broadcasting(op, "Min");
      case OpKind::Sqrt:
        node("Sqrt", {input(op)}, result());
        return {};
      case OpKind::Rsqrt: {
        const std::string root = fresh("root");
        node("Sqrt", {input(op)}, root);
        node("Reciprocal", {root}, result());
        return {};
      }
      case OpKind::Relu:
        node("Relu", {input(op)}, result());
        return {};
      case OpKind::Relu6:
        relu6(input(op), result());
        return {};
      case OpKind::Pad:
        pad(op);
        return {};
      case OpKind::AvgPool:
        pool(op, true);
        return {};
      case OpKind::MaxPool:
        pool(op, false);
        return {};
      case OpKind::Mean:
        reduce(op, true);
        return {};
      case OpKind::Max:
        reduce(op, false);
        return {};
      case OpKind::MatMul: {
        SLIMC_ASSIGN(const Tensor* const weights, constant(op, 1));
        node("MatMul", {input(op), initializer(*weights, "weights")}, result());
        return {};
      }
      case OpKind::Reshape:
        reshape(op);
        return {};
      case OpKind::Softmax:
        return softmax(op);
      case OpKind::Quantize:
      case OpKind::Dequantize:
        break;
    }
    return problem(op, "has no ONNX form");
  }

  const Graph& graph_;
  onnx::ModelProto model_;
  Value value_;  // the op that is being written
  int fresh_ = 0;
};

}  // namespace

Result<OnnxModel> export_onnx(const Graph& graph) { return Exporter(graph).run(); }

}  // namespace slimc::peers
