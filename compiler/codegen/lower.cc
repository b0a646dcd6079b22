// From the optimised graph to stages: walks the chain of ops and decides which stage each one is.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "compiler/codegen/build_stage.h"
#include "compiler/codegen/codegen.h"
#include "compiler/support/check.h"

namespace slimc {
namespace {

class Lowering {
 public:
  Lowering(const Graph& graph, const CompileOptions& options, Plan& plan)
      : graph_(graph), plan_(plan), builder_(plan, options) {}

  Diagnostics run() {
    buffers_[graph_.input.op] = StageBuilder::kImage;
    for (std::size_t i = 0; i < graph_.ops().size(); ++i) {
      const Op& op = graph_.ops()[i];
      if (op.kind == OpKind::Input || op.kind == OpKind::Constant) continue;
      const Value value{static_cast<int>(i)};
      // A value that an unsupported op was to make: that op has been reported.
      if (buffers_.count(op.inputs[0].op) == 0) continue;
      const int source = buffers_.at(op.inputs[0].op);
      if (const std::string problem = lower(op, value, source); !problem.empty()) {
        refuse(op, problem);
      }
    }
    check_chain();
    if (problems_.empty() && (plan_.stages.empty() || !is_last(graph_.output()))) {
      refuse(graph_.op(graph_.output()), "is not the result of a stage");
    }
    if (problems_.empty()) builder_.finish(graph_.output());
    problems_.add(builder_.problems());
    return problems_;
  }

 private:
  // Adds the op's stages; returns what is wrong with it, or nothing.
  std::string lower(const Op& op, Value value, int source) {
    const bool image = source == StageBuilder::kImage;
    switch (op.kind) {
      case OpKind::Conv2D:
        return lower_convolution(op, value, source);
      case OpKind::DepthwiseConv2D: {
        if (image) return "a depthwise convolution of the image itself is not supported";
        const auto& a = op.attributes_as<ConvolutionAttributes>();
        last_depthwise_ = value;
        buffers_[value.op] =
            builder_.depthwise(place(fmt::format("block_{}_depthwise", ++blocks_), value), source,
                               op.shape, a, weights(op, 1));
        return "";
      }
      case OpKind::DepthwisePointwise: {
        if (image) return "a depthwise convolution of the image itself is not supported";
        const auto& a = op.attributes_as<DepthwisePointwiseAttributes>();
        buffers_[value.op] =
            builder_.depthwise_pointwise(place(fmt::format("block_{}", ++blocks_), value), source,
                                         op.shape, a, weights(op, 1), weights(op, 3));
        return "";
      }
      case OpKind::AvgPool:
      case OpKind::MaxPool: {
        if (image) return "pooling of the image itself is not supported";
        const auto& a = op.attributes_as<PoolAttributes>();
        if (a.padding != Padding{}) return "padded pooling is not supported";
        pool(value, source, op.shape, op.kind == OpKind::AvgPool, a);
        return "";
      }
      case OpKind::Mean:
      case OpKind::Max: {
        if (image) return "pooling of the image itself is not supported";
        const Shape& in = graph_.op(op.inputs[0]).shape;
        PoolAttributes whole;
        whole.kernel_h = in[1], whole.kernel_w = in[2];
        pool(value, source, op.shape, op.kind == OpKind::Mean, whole);
        return "";
      }
      case OpKind::Reshape:
        return lower_reshape(op, value, source);
      case OpKind::Softmax:
        if (image) return "softmax of the image itself is not supported";
        buffers_[value.op] = builder_.softmax(place("softmax", value), source);
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
      buffers_[value.op] = builder_.first_convolution(
          place("conv_0", value), graph_.op(graph_.input).shape, op.shape, a, weights(op, 1));
      return "";
    }
    if (kernel[0] != 1 || kernel[1] != 1 || a.stride_h != 1 || a.stride_w != 1 ||
        a.padding != Padding{}) {
      return fmt::format(
          "a full convolution behind the first must be 1x1 with stride 1 and no padding, found "
          "{}x{} with stride {}x{}",
          kernel[0], kernel[1], a.stride_h, a.stride_w);
    }
    const std::string name = op.inputs[0] == last_depthwise_
                                 ? fmt::format("block_{}_pointwise", blocks_)
                             : pooled_ && !logits_ ? "logits"
                                                   : fmt::format("pointwise_{}", ++pointwise_);
    logits_ = logits_ || pooled_;
    buffers_[value.op] =
        builder_.pointwise(place(name, value), source, op.shape, a.activation, weights(op, 1));
    return "";
  }

  void pool(Value value, int source, const Shape& shape, bool average, const PoolAttributes& a) {
    pooled_ = true;
    buffers_[value.op] = builder_.pool(place("pool", value), source, shape, average, a);
  }

  // A buffer is pixels x channels, so a reshape that keeps the channels is the same buffer. One
  // that does not is possible where nothing but the caller reads it: the output has no gaps.
  std::string lower_reshape(const Op& op, Value value, int source) {
    const Shape& from = graph_.op(op.inputs[0]).shape;
    const bool keeps_channels = from[from.rank() - 1] == op.shape[op.shape.rank() - 1];
    if (source == StageBuilder::kImage || (!keeps_channels && !(value == graph_.output()))) {
      return fmt::format("a reshape from {} to {} inside the network is not supported",
                         from.to_string(), op.shape.to_string());
    }
    buffers_[value.op] = source;
    return "";
  }

  StagePlace place(std::string name, Value value) const {
    const auto& ops = graph_.ops();
    const bool depthwise = std::any_of(ops.begin(), ops.end(), [value](const Op& op) {
      return (op.kind == OpKind::DepthwiseConv2D || op.kind == OpKind::DepthwisePointwise) &&
             op.inputs[0] == value;
    });
    return {std::move(name), value, depthwise};
  }

  ConvolutionWeights weights(const Op& op, std::size_t first) const {
    SLIMC_CHECK(op.inputs.size() > first + 1, "the pipeline gives every convolution a bias");
    return {&graph_.constant(op.inputs[first]), &graph_.constant(op.inputs[first + 1])};
  }

  // Each stage's buffer has one reader: the memory plan and the batch loop count on a chain.
  void check_chain() {
    std::map<int, int> readers;
    for (const Op& op : graph_.ops()) {
      for (const Value input : op.inputs) {
        if (graph_.op(input).kind == OpKind::Constant) continue;
        if (++readers[input.op] == 2) {
          refuse(graph_.op(input), "is used more than once; the network must be a chain");
        }
      }
    }
  }

  bool is_last(Value value) const {
    const auto found = buffers_.find(value.op);
    return found != buffers_.end() && found->second == plan_.stages.back().output;
  }

  void refuse(const Op& op, const std::string& problem) {
    problems_.add({graph_.file, fmt::format("node '{}'", op.name), problem});
  }

  const Graph& graph_;
  Plan& plan_;
  StageBuilder builder_;
  Diagnostics problems_;
  std::map<int, int> buffers_;  // op index -> buffer, StageBuilder::kImage for the input
  int blocks_ = 0;
  int pointwise_ = 0;
  bool pooled_ = false;
  bool logits_ = false;
  Value last_depthwise_;
};

}  // namespace

Result<Plan> lower_to_stages(const Graph& graph, const CompileOptions& options) {
  Plan plan;
  plan.name = graph.name;
  plan.title = graph.name;
  plan.input_shape = graph.op(graph.input).shape;
  plan.output_shape = graph.op(graph.output()).shape;
  plan.takes_u8 = plan.input_shape[3] == 3;
  if (Diagnostics problems = Lowering(graph, options, plan).run(); !problems.empty()) {
    return Failure(std::move(problems));
  }
  return plan;
}

}  // namespace slimc
