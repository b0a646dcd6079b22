#include "tool/model_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "compiler/passes/passes.h"

namespace slimc {
namespace {

// The ops that a user would call layers.
bool is_layer(const Graph& graph, const Op& op) {
  switch (op.kind) {
    case OpKind::Conv2D:
    case OpKind::DepthwiseConv2D:
    case OpKind::MatMul:
    case OpKind::AvgPool:
    case OpKind::MaxPool:
    case OpKind::Mean:
    case OpKind::Max:
    case OpKind::Softmax:
    case OpKind::Activate:
      return true;
    case OpKind::Add:  // of two branches
      return graph.op(op.inputs[0]).kind != OpKind::Constant &&
             graph.op(op.inputs[1]).kind != OpKind::Constant;
    default:
      return false;
  }
}

// The size of the window, [h, w]; [0, 0] for ops without one.
std::pair<std::int64_t, std::int64_t> kernel_of(const Graph& graph, const Op& op) {
  if (op.kind == OpKind::Conv2D || op.kind == OpKind::DepthwiseConv2D) {
    const Shape& weights = graph.op(op.inputs[1]).shape;
    return {weights[0], weights[1]};
  }
  if (op.kind == OpKind::AvgPool || op.kind == OpKind::MaxPool) {
    const auto& pool = op.attributes_as<PoolAttributes>();
    return {pool.kernel_h, pool.kernel_w};
  }
  if (op.kind == OpKind::Mean || op.kind == OpKind::Max) {
    const Shape& input = graph.op(op.inputs[0]).shape;
    return {input[1], input[2]};
  }
  return {0, 0};
}

std::pair<std::int64_t, std::int64_t> stride_of(const Op& op) {
  if (op.kind == OpKind::Conv2D || op.kind == OpKind::DepthwiseConv2D) {
    const auto& convolution = op.attributes_as<ConvolutionAttributes>();
    return {convolution.stride_h, convolution.stride_w};
  }
  if (op.kind == OpKind::AvgPool || op.kind == OpKind::MaxPool) {
    const auto& pool = op.attributes_as<PoolAttributes>();
    return {pool.stride_h, pool.stride_w};
  }
  return {0, 0};
}

std::string extent(std::pair<std::int64_t, std::int64_t> size) {
  return size.first > 0 ? fmt::format("{}x{}", size.first, size.second) : "";
}

// Elements of the constants among an op's inputs that training would change.
std::int64_t trainable_elements(const Graph& graph, const Op& op, std::set<int>& counted) {
  // BatchNorm's inputs are x, gamma, beta, moving mean, moving variance.
  const std::size_t end = op.kind == OpKind::BatchNorm ? 3 : op.inputs.size();
  std::int64_t elements = 0;
  for (std::size_t i = 0; i < end; ++i) {
    const Value input = op.inputs[i];
    const Op& constant = graph.op(input);
    // A scalar is a number of a formula, like the 6 of relu6, not a parameter.
    const bool parameter = constant.kind == OpKind::Constant && constant.shape.rank() > 0;
    if (parameter && counted.insert(input.op).second) elements += constant.shape.elements();
  }
  return elements;
}

// What an output's numbers are, by the op that gives them.
std::string kind_of(const Graph& graph, Value value) {
  for (;;) {
    const Op& op = graph.op(value);
    const Shape& shape = op.shape;
    switch (op.kind) {
      case OpKind::Identity:
      case OpKind::Dropout:
      case OpKind::Reshape:
      case OpKind::BiasAdd:
        value = op.inputs[0];
        continue;
      case OpKind::Add:
        if (graph.op(op.inputs[1]).kind != OpKind::Constant) return "";
        value = op.inputs[0];
        continue;
      case OpKind::Softmax:
        return "probabilities";
      case OpKind::Activate: {
        const Activation kind = op.attributes_as<ActivateAttributes>().function.kind;
        if (kind == Activation::Sigmoid || kind == Activation::HardSigmoid) return "probabilities";
        break;
      }
      case OpKind::MatMul:
        return "logits";
      case OpKind::Conv2D:
        if (shape.rank() == 4 && shape[1] == 1 && shape[2] == 1) return "logits";
        break;
      default:
        break;
    }
    if (shape.rank() == 4 && (shape[1] > 1 || shape[2] > 1)) return "feature map";
    return shape.rank() == 2 || shape.rank() == 4 ? "features" : "";
  }
}

}  // namespace

std::string to_string(const ActivationFunction& activation) {
  const std::string name(name_of(activation.kind));
  switch (activation.kind) {
    case Activation::LeakyRelu:
    case Activation::Elu:
      return fmt::format("{}({:g})", name, activation.alpha);
    case Activation::Clip:
    case Activation::HardSigmoid:
      return fmt::format("{}({:g},{:g})", name, activation.alpha, activation.beta);
    default:
      return name;
  }
}

std::optional<double> width_multiplier(const std::vector<std::int64_t>& depths) {
  constexpr int kDepths[] = {32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
  if (depths.size() != std::size(kDepths)) return std::nullopt;
  const std::int64_t min_depth = *std::min_element(depths.begin(), depths.end());
  const auto fits = [&](double alpha) {
    return std::equal(depths.begin(), depths.end(), kDepths, [&](std::int64_t depth, double full) {
      return depth == std::max(static_cast<std::int64_t>(full * alpha), min_depth);
    });
  };
  // int() rounds down, so alpha lies between depth/1024 and (depth+1)/1024.
  const double low = static_cast<double>(depths.back()) / 1024;
  double power = 1;
  for (int decimals = 0; decimals <= 4; ++decimals, power *= 10) {
    const double candidate = std::ceil(low * power - 1e-9) / power;
    if (candidate > 0 && fits(candidate)) return candidate;
  }
  return std::nullopt;
}

Result<ModelSummary> summarize(const Graph& imported) {
  // Batch norm may be written out in many ops, and shapes computed in constants: bring the graph
  // into the form in which each constant is a parameter of one op.
  Graph graph = imported;
  for (const auto& pass :
       {prune, drop_identity, fold_constants, infer_pixels, recognize_softmax, prune}) {
    SLIMC_ASSIGN(graph, pass(graph));
  }

  ModelSummary summary;
  summary.name = imported.name;
  summary.form = imported.form;
  summary.input = imported.op(imported.input).shape;
  summary.pixels = graph.pixels;
  for (const NetworkOutput& output : graph.outputs) {
    summary.outputs.push_back({.name = output.name,
                               .shape = graph.op(output.value).shape,
                               .kind = kind_of(graph, output.value)});
  }
  const Shape& input = graph.op(graph.input).shape;
  summary.height = input[1];
  summary.width = input[2];
  summary.classes = graph.op(graph.output()).shape.dims().back();

  // The layer that an op is part of: its own, or that of its first input that has one.
  std::vector<int> layer_of(graph.ops().size(), -1);
  std::set<int> counted;
  std::vector<std::int64_t> depths;
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    const Op& op = graph.ops()[i];
    if (op.kind == OpKind::Constant || op.kind == OpKind::Input) continue;
    if (is_layer(graph, op)) {
      layer_of[i] = static_cast<int>(summary.layers.size());
      summary.layers.push_back({.name = op.name,
                                .kind = op.kind,
                                .activation = op.kind == OpKind::Activate
                                                  ? op.attributes_as<ActivateAttributes>().function
                                                  : ActivationFunction(),
                                .kernel = extent(kernel_of(graph, op)),
                                .stride = extent(stride_of(op)),
                                .output = op.shape,
                                .parameters = 0,
                                .multiply_adds = multiply_adds(graph, op)});
      if (op.kind == OpKind::Conv2D && op.shape.rank() == 4) depths.push_back(op.shape[3]);
    } else {
      for (const Value value : op.inputs) {
        if (layer_of[i] < 0) layer_of[i] = layer_of[static_cast<std::size_t>(value.op)];
      }
    }
    const std::int64_t parameters = trainable_elements(graph, op, counted);
    summary.parameters += parameters;
    summary.multiply_adds += multiply_adds(graph, op);
    if (layer_of[i] >= 0) {
      summary.layers[static_cast<std::size_t>(layer_of[i])].parameters += parameters;
    }
  }
  // A 1x1 convolution of a single pixel is the classifier.
  constexpr std::size_t kFeatureConvolutions = 14;
  if (depths.size() == kFeatureConvolutions + 1) depths.pop_back();
  summary.alpha = width_multiplier(depths);
  return summary;
}

}  // namespace slimc
