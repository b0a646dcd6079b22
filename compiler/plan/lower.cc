// From the optimised graph to stages: walks the ops and decides which stage each one is.
#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "compiler/build/codegen.h"
#include "compiler/plan/build_stage.h"
#include "compiler/plan/output_identifier.h"
#include "support/check.h"

namespace slimc {
namespace {

// An image that no convolution reads is copied by one, whose weights are the square of its
// channels: a file of some bytes could ask for all memory.
constexpr std::int64_t kMaxCopiedChannels = 4096;

constexpr char kNotSupportedReshape[] =
    "a reshape from {} to {} inside the network is not supported";

class Lowering {
 public:
  Lowering(const Graph& graph, const CompileOptions& options, Plan& plan)
      : graph_(graph), plan_(plan), builder_(plan, options), uses_(graph.ops().size()) {
    for (const Op& op : graph.ops()) {
      if (op.kind == OpKind::Reshape) continue;  // reads nothing by itself
      for (const Value input : op.inputs) ++uses_[index(behind_reshapes(input))];
    }
    for (const NetworkOutput& output : graph.outputs) ++uses_[index(behind_reshapes(output.value))];
  }

  Diagnostics run() {
    buffers_[graph_.input.op] = StageBuilder::kImage;
    for (std::size_t i = 0; i < graph_.ops().size(); ++i) {
      const Op& op = graph_.ops()[i];
      if (op.kind == OpKind::Input || op.kind == OpKind::Constant) continue;
      const Value value{static_cast<int>(i)};
      // A value that an unsupported op was to make: that op has been reported. One that is there
      // already was made with what is in front of it.
      if (buffers_.count(op.inputs[0].op) == 0) continue;
      if (buffers_.count(value.op) == 0) {
        const std::string problem = lower(op, value, buffers_.at(op.inputs[0].op));
        if (!problem.empty()) {
          refuse(op, problem);
          continue;
        }
      }
      give_outputs(value);
    }
    if (problems_.empty()) {
      for (const NetworkOutput& output : graph_.outputs) {
        const auto found = buffers_.find(output.value.op);
        if (found == buffers_.end() || found->second == StageBuilder::kImage) {
          refuse(graph_.op(output.value), "is not the result of a stage");
        }
      }
    }
    if (problems_.empty()) builder_.finish();
    problems_.add(builder_.problems());
    return problems_;
  }

 private:
  static std::size_t index(Value value) { return static_cast<std::size_t>(value.op); }

  Value behind_reshapes(Value value) const {
    while (graph_.op(value).kind == OpKind::Reshape) value = graph_.op(value).inputs[0];
    return value;
  }

  // Adds the op's stages; returns what is wrong with it, or nothing.
  std::string lower(const Op& op, Value value, int source) {
    const bool reads_pixels =
        op.kind == OpKind::Conv2D || op.kind == OpKind::ScaleImage || op.kind == OpKind::Reshape;
    if (source == StageBuilder::kImage && !reads_pixels) {
      const std::int64_t channels = graph_.op(op.inputs[0]).shape[3];
      if (channels > kMaxCopiedChannels) {
        return fmt::format(
            "reads the image of {} channels; in front of other ops than convolutions slimc reads "
            "images of up to {}",
            channels, kMaxCopiedChannels);
      }
      source = image_buffer(op.inputs[0]);
    }
    if (flattened_.count(op.inputs[0].op) != 0 && op.kind != OpKind::Conv2D &&
        op.kind != OpKind::Reshape) {
      return fmt::format(kNotSupportedReshape,
                         graph_.op(behind_reshapes(op.inputs[0])).shape.to_string(),
                         graph_.op(op.inputs[0]).shape.to_string());
    }
    switch (op.kind) {
      case OpKind::ScaleImage:
        scales_[value.op] = image_scale(op);
        buffers_[value.op] = source;
        return "";
      case OpKind::Conv2D:
        return lower_convolution(op, value, source);
      case OpKind::DepthwiseConv2D: {
        const auto& a = op.attributes_as<ConvolutionAttributes>();
        last_depthwise_ = value;
        buffers_[value.op] =
            builder_.depthwise(place(fmt::format("block_{}_depthwise", ++blocks_), value), source,
                               op.shape, a, weights(op, 1));
        return "";
      }
      case OpKind::DepthwisePointwise: {
        const auto& a = op.attributes_as<DepthwisePointwiseAttributes>();
        buffers_[value.op] =
            builder_.depthwise_pointwise(place(fmt::format("block_{}", ++blocks_), value), source,
                                         op.shape, a, weights(op, 1), weights(op, 3));
        return "";
      }
      case OpKind::AvgPool:
      case OpKind::MaxPool: {
        const auto& a = op.attributes_as<PoolAttributes>();
        if (a.padding != Padding{}) return "padded pooling is not supported";
        pool(value, source, op.shape, op.kind == OpKind::AvgPool, a);
        return "";
      }
      case OpKind::Mean:
      case OpKind::Max: {
        const Shape& in = graph_.op(op.inputs[0]).shape;
        PoolAttributes whole;
        whole.kernel_h = in[1], whole.kernel_w = in[2];
        pool(value, source, op.shape, op.kind == OpKind::Mean, whole);
        return "";
      }
      case OpKind::Reshape:
        return lower_reshape(op, value, source);
      case OpKind::Softmax:
        buffers_[value.op] = builder_.softmax(place("softmax", value), source);
        return "";
      case OpKind::Relu:
      case OpKind::Relu6:
      case OpKind::Activate:
        buffers_[value.op] = builder_.copy(place("activation", value), source, *activation_of(op));
        return "";
      default:
        return fmt::format("{} has no compiled form at this place in the network",
                           name_of(op.kind));
    }
  }

  std::string lower_convolution(const Op& op, Value value, int source) {
    const auto& a = op.attributes_as<ConvolutionAttributes>();
    const Shape& kernel = graph_.constant(op.inputs[1]).shape;
    if (a.dilation_h != 1 || a.dilation_w != 1) {
      return fmt::format("a full convolution with dilation {}x{} is not supported", a.dilation_h,
                         a.dilation_w);
    }
    if (source == StageBuilder::kImage) {
      buffers_[value.op] =
          builder_.first_convolution(place("conv_0", value), graph_.op(graph_.input).shape,
                                     op.shape, a, weights(op, 1), scales_[op.inputs[0].op]);
      return "";
    }
    if (kernel[0] != 1 || kernel[1] != 1 || a.stride_h != 1 || a.stride_w != 1 ||
        a.padding != Padding{}) {
      return fmt::format(
          "a full convolution behind the first must be 1x1 with stride 1 and no padding, found "
          "{}x{} with stride {}x{}",
          kernel[0], kernel[1], a.stride_h, a.stride_w);
    }
    const bool flattened = flattened_.count(op.inputs[0].op) != 0;
    if (flattened) {
      const Shape& row = graph_.op(op.inputs[0]).shape;
      const Shape& whole = graph_.op(behind_reshapes(op.inputs[0])).shape;
      if (row.elements() != row[0] * row[3] || row[0] != whole[0]) {
        return fmt::format(kNotSupportedReshape, whole.to_string(), row.to_string());
      }
    }
    const std::string name =
        op.inputs[0] == last_depthwise_      ? fmt::format("block_{}_pointwise", blocks_)
        : (pooled_ || flattened) && !logits_ ? "logits"
                                             : fmt::format("pointwise_{}", ++pointwise_);
    logits_ = logits_ || pooled_ || flattened;
    const StagePlace where = place(name, value);
    buffers_[value.op] =
        flattened
            ? builder_.pointwise_of_image(where, source, kernel[3], a.activation, weights(op, 1))
            : builder_.pointwise(where, source, op.shape, a.activation, weights(op, 1));
    return "";
  }

  // The image, scaled or as it is, in a buffer, for what does not begin with a convolution: where
  // the user cuts a network in the middle. A convolution by ones is the stage that can read it.
  int image_buffer(Value value) {
    const auto [found, is_new] = image_buffers_.emplace(value.op, 0);
    if (!is_new) return found->second;
    const Shape& shape = graph_.op(value).shape;
    const std::int64_t channels = shape[3];
    Tensor ones{Shape{1, 1, channels, channels}, {}};
    ones.data.resize(static_cast<std::size_t>(channels * channels));
    for (std::int64_t c = 0; c < channels; ++c) {
      ones.data[static_cast<std::size_t>(c * channels + c)] = 1;
    }
    const Tensor bias{Shape{channels}, std::vector<float>(static_cast<std::size_t>(channels))};
    found->second = builder_.first_convolution(place("image", value), shape, shape, {},
                                               {&ones, &bias}, scales_[value.op]);
    // Not the network's.
    Stage& stage = plan_.stages.back();
    stage.description = "the image as it is";
    stage.multiply_adds = stage.parameters = stage.parameter_bytes = 0;
    return found->second;
  }

  // With the activation that alone reads it.
  void pool(Value value, int source, const Shape& shape, bool average, const PoolAttributes& a) {
    pooled_ = true;
    Value last = value;
    ActivationFunction function;
    if (const auto reader = lone_activation(value)) {
      last = *reader;
      function = *activation_of(graph_.op(last));
    }
    buffers_[value.op] = builder_.pool(place("pool", last), source, shape, average, a, function);
    buffers_[last.op] = buffers_[value.op];
  }

  static std::optional<ActivationFunction> activation_of(const Op& op) {
    if (op.kind == OpKind::Relu) return Activation::Relu;
    if (op.kind == OpKind::Relu6) return Activation::Relu6;
    if (op.kind == OpKind::Activate) return op.attributes_as<ActivateAttributes>().function;
    return std::nullopt;
  }

  std::optional<Value> lone_activation(Value value) const {
    if (uses_[index(value)] != 1) return std::nullopt;
    for (std::size_t i = index(value) + 1; i < graph_.ops().size(); ++i) {
      const Op& op = graph_.ops()[i];
      if (activation_of(op) && op.inputs[0] == value) return Value{static_cast<int>(i)};
    }
    return std::nullopt;
  }

  // A buffer is pixels x channels, so a reshape that keeps the channels is the same buffer. One
  // that does not can be given to the caller, whose output has no gaps, or be a row of a matrix
  // product (pointwise_of_image).
  std::string lower_reshape(const Op& op, Value value, int source) {
    const Shape& from = graph_.op(op.inputs[0]).shape;
    if (source == StageBuilder::kImage) {
      return fmt::format(kNotSupportedReshape, from.to_string(), op.shape.to_string());
    }
    const bool keeps_channels = from[from.rank() - 1] == op.shape[op.shape.rank() - 1];
    if (!keeps_channels || flattened_.count(op.inputs[0].op) != 0) flattened_.insert(value.op);
    buffers_[value.op] = source;
    return "";
  }

  ImageScale image_scale(const Op& op) const {
    const Tensor &scale = graph_.constant(op.inputs[1]), &offset = graph_.constant(op.inputs[2]);
    return {{scale.data.begin(), scale.data.end()}, {offset.data.begin(), offset.data.end()}};
  }

  void give_outputs(Value value) {
    for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
      if (graph_.outputs[i].value != value) continue;
      const int source = buffers_.at(value.op);
      if (source == StageBuilder::kImage) return;
      const bool alone = uses_[index(behind_reshapes(value))] == 1;
      builder_.give({unique("output"), value}, source, static_cast<int>(i), alone);
    }
  }

  // A gap between pixels suits a depthwise, and nothing that takes all pixels for a row.
  StagePlace place(const std::string& name, Value value) {
    bool depthwise = false, flattened = false;
    for (const Op& op : graph_.ops()) {
      if (op.inputs.empty()) continue;
      if (op.kind == OpKind::DepthwiseConv2D || op.kind == OpKind::DepthwisePointwise) {
        depthwise = depthwise || op.inputs[0] == value;
      }
      flattened =
          flattened || (op.kind == OpKind::Reshape && behind_reshapes(op.inputs[0]) == value);
    }
    return {unique(name), value, depthwise && !flattened};
  }

  // Names of stages are identifiers of the generated code.
  std::string unique(const std::string& name) {
    const int count = ++names_[name];
    return count == 1 ? name : fmt::format("{}_{}", name, count);
  }

  ConvolutionWeights weights(const Op& op, std::size_t first) const {
    SLIMC_CHECK(op.inputs.size() > first + 1, "the pipeline gives every convolution a bias");
    return {&graph_.constant(op.inputs[first]), &graph_.constant(op.inputs[first + 1])};
  }

  void refuse(const Op& op, const std::string& problem) {
    problems_.add({graph_.file, fmt::format("node '{}'", op.name), problem});
  }

  const Graph& graph_;
  Plan& plan_;
  StageBuilder builder_;
  Diagnostics problems_;
  // By op, of values behind no Reshape: ops that read them, and outputs.
  std::vector<int> uses_;
  std::map<int, int> buffers_;        // op index -> buffer, StageBuilder::kImage for the input
  std::map<int, int> image_buffers_;  // likewise, of the image in front of other than convolutions
  std::map<int, ImageScale> scales_;  // of the image, by op
  std::set<int> flattened_;           // ops that have the elements of their buffer in another shape
  std::map<std::string, int> names_;
  int blocks_ = 0;
  int pointwise_ = 0;
  bool pooled_ = false;
  bool logits_ = false;
  Value last_depthwise_;
};

Result<void> add_outputs(const Graph& graph, Plan& plan) {
  if (graph.outputs.size() > kMaxOutputs) {
    return fail({.file = graph.file,
                 .message = fmt::format("has {} outputs, slimc compiles up to {}; --output-node "
                                        "names some",
                                        graph.outputs.size(), kMaxOutputs)});
  }
  for (const NetworkOutput& output : graph.outputs) {
    plan.outputs.push_back({.name = output.name,
                            .identifier = output_identifier(output.name, plan.outputs),
                            .shape = graph.op(output.value).shape});
  }
  return {};
}

}  // namespace

Result<Plan> lower_to_stages(const Graph& graph, const CompileOptions& options) {
  Plan plan;
  plan.name = graph.name;
  plan.title = graph.name;
  plan.input_shape = graph.op(graph.input).shape;
  plan.pixels = graph.pixels;
  SLIMC_TRY(add_outputs(graph, plan));
  if (Diagnostics problems = Lowering(graph, options, plan).run(); !problems.empty()) {
    return Failure(std::move(problems));
  }
  return plan;
}

}  // namespace slimc
