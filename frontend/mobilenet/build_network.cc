// From an architecture and its variables' values to the graph that slim or Keras would have made.
#include <fmt/format.h>

#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "frontend/mobilenet/architecture.h"
#include "frontend/mobilenet/layers.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend {
namespace {

// The window of slim's head, and its stride (the default of slim.avg_pool2d).
constexpr std::int64_t kPoolKernel = 7;
constexpr std::int64_t kPoolStride = 2;

// Numbers above these are damage (or malice), never a MobileNet; below them no product of sizes
// comes near the limits of int64.
constexpr std::int64_t kMaxExtent = 1 << 20;    // pixels of a side, images of a batch
constexpr std::int64_t kMaxChannels = 1 << 20;  // of an activation; classes
constexpr std::int64_t kMaxStep = 1 << 10;      // strides, dilations, depth multipliers
constexpr std::size_t kMaxBlocks = 1000;

Result<void> check(const Architecture& a) {
  Diagnostics problems;
  const auto between = [&](const std::string& what, std::int64_t found, std::int64_t low,
                           std::int64_t high) {
    if (found >= low && found <= high) return;
    problems.add({.message = fmt::format("{} {}: expected {} to {}", what, found, low, high)});
  };
  if (a.input.rank() != 4) {
    problems.add(
        {.message = fmt::format("the input {}: expected an image [n,h,w,c]", a.input.to_string())});
    return Failure(std::move(problems));
  }
  between("batch", a.input[0], 1, kMaxExtent);
  between("height", a.input[1], 1, kMaxExtent);
  between("width", a.input[2], 1, kMaxExtent);
  between("channels", a.input[3], 1, kMaxChannels);
  between("filters of the first convolution", a.stem_filters, 1, kMaxChannels);
  if (a.blocks.size() > kMaxBlocks) {
    problems.add(
        {.message = fmt::format("{} blocks: expected at most {}", a.blocks.size(), kMaxBlocks)});
    return Failure(std::move(problems));
  }
  std::int64_t number = 0;
  for (const Block& block : a.blocks) {
    ++number;
    between(fmt::format("block {}: stride", number), block.stride, 1, kMaxStep);
    between(fmt::format("block {}: dilation", number), block.dilation, 1, kMaxStep);
    between(fmt::format("block {}: depth multiplier", number), block.depth_multiplier, 1, kMaxStep);
    between(fmt::format("block {}: filters", number), block.filters, 1, kMaxChannels);
  }
  between("classes", a.classes, 0, kMaxChannels);
  if (a.classes > 0 && a.pooling == GlobalPooling::None) {
    problems.add(
        {.message = "a classifier needs pooled features; the architecture has no pooling"});
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

// Adds layers one behind the other. The first op that does not fit ends it: all that follows would
// be wrong with it.
class Builder {
 public:
  Builder(const Architecture& architecture, std::unordered_map<std::string, Tensor> values)
      : architecture_(architecture), values_(std::move(values)) {}

  Result<Graph> build();

 private:
  bool slim() const { return architecture_.dialect == Dialect::Slim; }
  const Shape& shape() const { return graph_.op(last_).shape; }
  std::int64_t batch() const { return architecture_.input[0]; }

  Result<void> add(OpKind kind, std::string name, std::vector<Value> more_inputs = {},
                   Attributes attributes = {});
  Value constant(const Variable& variable);

  Result<void> add_layer(const Layer& layer);
  Result<void> add_batch_norm_and_relu6(const Layer& layer);
  Result<Padding> pad_in_front_of(const Layer& layer);
  std::string scope_of(const Layer& layer) const;
  Result<void> pool();
  Result<void> slim_pool();
  Result<void> slim_classifier(const Layer& layer);
  Result<void> keras_classifier(const Layer& layer);

  const Architecture& architecture_;
  std::unordered_map<std::string, Tensor> values_;
  Graph graph_;
  Value last_;
  int slim_pads_ = 0;
};

Result<void> Builder::add(OpKind kind, std::string name, std::vector<Value> more_inputs,
                          Attributes attributes) {
  Op op;
  op.kind = kind;
  op.name = std::move(name);
  op.inputs = std::move(more_inputs);
  op.inputs.insert(op.inputs.begin(), last_);
  op.attributes = std::move(attributes);
  auto inferred = infer_shape(graph_, op);
  if (const auto* error = std::get_if<ShapeError>(&inferred)) {
    return fail({.subject = "node '" + op.name + "'", .message = error->message});
  }
  op.shape = std::get<Shape>(std::move(inferred));
  last_ = graph_.add(std::move(op));
  return {};
}

Value Builder::constant(const Variable& variable) {
  return graph_.add_constant(variable.name, std::move(values_.at(variable.name)));
}

// What a layer's ops are named after. slim opens its scope twice, once for the variables' sake.
std::string Builder::scope_of(const Layer& layer) const {
  const bool body = layer.kind != LayerKind::Classifier;
  return slim() && body ? "MobilenetV1/" + layer.name : layer.name;
}

// Zeros that the dialect puts around the image by an op of its own, and what the convolution is
// still to add.
Result<Padding> Builder::pad_in_front_of(const Layer& layer) {
  Padding zeros;
  const std::int64_t reach = layer.dilation * (layer.kernel - 1);
  const bool explicitly =
      layer.kernel > 1 &&
      (architecture_.padding == PaddingStyle::Symmetric ||
       (architecture_.padding == PaddingStyle::BottomRight && layer.stride == 2));
  if (!explicitly) {
    return same_padding(shape()[1], shape()[2], layer.kernel, layer.kernel, layer.stride,
                        layer.stride, layer.dilation, layer.dilation);
  }
  if (architecture_.padding == PaddingStyle::Symmetric) {
    zeros = {reach / 2, reach - reach / 2, reach / 2, reach - reach / 2};
  } else {
    zeros = {0, reach - 1, 0, reach - 1};
  }
  std::string name;
  if (!slim()) {
    name = layer.kind == LayerKind::Stem ? "conv1_pad/Pad"
                                         : fmt::format("conv_pad_{}/Pad", layer.block);
  } else {
    // TensorFlow numbers the nodes of a name; the first has no number.
    name = "MobilenetV1/MobilenetV1/Pad";
    if (slim_pads_ > 0) name += fmt::format("_{}", slim_pads_);
    ++slim_pads_;
  }
  SLIMC_TRY(add(OpKind::Pad, std::move(name), {}, PadAttributes{zeros}));
  return Padding{};
}

Result<void> Builder::add_layer(const Layer& layer) {
  ConvolutionAttributes attributes;
  attributes.stride_h = attributes.stride_w = layer.stride;
  attributes.dilation_h = attributes.dilation_w = layer.dilation;
  SLIMC_ASSIGN(attributes.padding, pad_in_front_of(layer));
  const Value weights = constant(layer.weights(architecture_.dialect));
  const bool depthwise = layer.kind == LayerKind::Depthwise;
  return add(depthwise ? OpKind::DepthwiseConv2D : OpKind::Conv2D,
             scope_of(layer) + (depthwise ? "/depthwise" : "/Conv2D"), {weights}, attributes);
}

Result<void> Builder::add_batch_norm_and_relu6(const Layer& layer) {
  std::vector<Value> inputs;
  for (const Variable& variable : layer.batch_norm_variables()) {
    inputs.push_back(constant(variable));
  }
  const std::string scope = scope_of(layer);
  SLIMC_TRY(add(OpKind::BatchNorm,
                scope + (slim() ? "/BatchNorm/FusedBatchNorm" : "_bn/FusedBatchNorm"),
                std::move(inputs), BatchNormAttributes{architecture_.batch_norm_epsilon}));
  return add(OpKind::Relu6, scope + (slim() ? "/Relu6" : "_relu/Relu6"));
}

// slim's window shrinks with small images. For large ones, whose last features it does not cover,
// slim has the option global_pool.
Result<void> Builder::slim_pool() {
  const std::string scope = "MobilenetV1/Logits/";
  const bool covered = shape()[1] <= kPoolKernel && shape()[2] <= kPoolKernel;
  if (architecture_.pooling == GlobalPooling::Max) {
    return add(OpKind::Max, scope + "global_pool", {}, ReduceAttributes{true});
  }
  if (architecture_.global_pool || !covered) {
    return add(OpKind::Mean, scope + "global_pool", {}, ReduceAttributes{true});
  }
  PoolAttributes attributes;
  attributes.kernel_h = shape()[1];
  attributes.kernel_w = shape()[2];
  attributes.stride_h = attributes.stride_w = kPoolStride;
  return add(OpKind::AvgPool, scope + "AvgPool_1a/AvgPool", {}, attributes);
}

Result<void> Builder::pool() {
  switch (architecture_.pooling) {
    case GlobalPooling::None:
      return {};
    case GlobalPooling::Average:
      if (slim()) return slim_pool();
      return add(OpKind::Mean, "global_average_pooling2d/Mean", {}, ReduceAttributes{false});
    case GlobalPooling::Max:
      if (slim()) return slim_pool();
      return add(OpKind::Max, "global_max_pooling2d/Max", {}, ReduceAttributes{false});
  }
  return {};
}

Result<void> Builder::slim_classifier(const Layer& layer) {
  SLIMC_TRY(add(OpKind::Identity, "MobilenetV1/Logits/Dropout_1b/Identity"));
  SLIMC_TRY(add_layer(layer));
  const Value bias = constant(layer.bias(architecture_.dialect));
  SLIMC_TRY(add(OpKind::BiasAdd, layer.name + "/BiasAdd", {bias}));
  const ReshapeAttributes flat{Shape{batch(), architecture_.classes}};
  SLIMC_TRY(add(OpKind::Reshape, "MobilenetV1/Logits/SpatialSqueeze", {}, flat));
  if (!architecture_.softmax) return {};
  SLIMC_TRY(add(OpKind::Reshape, "MobilenetV1/Predictions/Reshape", {}, flat));
  SLIMC_TRY(add(OpKind::Softmax, "MobilenetV1/Predictions/Softmax"));
  return add(OpKind::Reshape, "MobilenetV1/Predictions/Reshape_1", {}, flat);
}

Result<void> Builder::keras_classifier(const Layer& layer) {
  SLIMC_TRY(add(OpKind::Reshape, "reshape_1/Reshape", {},
                ReshapeAttributes{Shape{batch(), 1, 1, layer.inputs}}));
  SLIMC_TRY(add(OpKind::Identity, "dropout/Identity"));
  SLIMC_TRY(add_layer(layer));
  const Value bias = constant(layer.bias(architecture_.dialect));
  SLIMC_TRY(add(OpKind::BiasAdd, layer.name + "/BiasAdd", {bias}));
  // The order of TensorFlow r1.9; later versions reshape first.
  if (architecture_.softmax) SLIMC_TRY(add(OpKind::Softmax, "act_softmax/Softmax"));
  return add(OpKind::Reshape, "reshape_2/Reshape", {},
             ReshapeAttributes{Shape{batch(), architecture_.classes}});
}

Result<Graph> Builder::build() {
  Op input;
  input.kind = OpKind::Input;
  input.name = slim() ? "input" : "input_1";
  input.shape = architecture_.input;
  last_ = graph_.input = graph_.add(std::move(input));
  bool pooled = false;
  for (const Layer& layer : layers_of(architecture_)) {
    if (layer.kind == LayerKind::Classifier) {
      SLIMC_TRY(pool());
      pooled = true;
      SLIMC_TRY(slim() ? slim_classifier(layer) : keras_classifier(layer));
      continue;
    }
    SLIMC_TRY(add_layer(layer));
    SLIMC_TRY(add_batch_norm_and_relu6(layer));
  }
  if (!pooled) SLIMC_TRY(pool());
  graph_.set_output(last_);
  return std::move(graph_);
}

// The values of all variables, or every problem with them.
Result<std::unordered_map<std::string, Tensor>> gather(const Architecture& architecture,
                                                       const VariableSource& source) {
  std::unordered_map<std::string, Tensor> values;
  Diagnostics problems;
  for (const Variable& variable : variables_of(architecture)) {
    const auto refuse = [&](std::string message) {
      problems.add({.subject = "tensor '" + variable.name + "'", .message = std::move(message)});
    };
    if (variable.shape.elements() > kMaxElements) {
      refuse(fmt::format("would have {} elements {}; slimc takes up to {}",
                         variable.shape.elements(), variable.shape.to_string(), kMaxElements));
      continue;
    }
    Result<Tensor> value = source(variable);
    if (!value) {
      problems.add(std::move(value).error());
    } else if (value->shape != variable.shape ||
               static_cast<std::int64_t>(value->data.size()) != variable.shape.elements()) {
      refuse(fmt::format("has the shape {}; the network needs {}", value->shape.to_string(),
                         variable.shape.to_string()));
    } else if (const auto problem = find_non_finite(*value)) {
      refuse(*problem + "; weights must be finite");
    } else {
      values.emplace(variable.name, std::move(*value));
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return values;
}

}  // namespace

Result<Graph> build_network(const Architecture& architecture, const VariableSource& source) {
  SLIMC_TRY(check(architecture));
  SLIMC_ASSIGN(auto values, gather(architecture, source));
  return Builder(architecture, std::move(values)).build();
}

}  // namespace slimc::frontend
