#include "frontend/mobilenet/layers.h"

#include <fmt/format.h>

#include <utility>

namespace slimc::frontend {
namespace {

// Of the stem and of the depthwise halves.
constexpr std::int64_t kKernel = 3;

std::string name_of_layer(Dialect dialect, LayerKind kind, std::int64_t block) {
  const bool slim = dialect == Dialect::Slim;
  switch (kind) {
    case LayerKind::Stem:
      return slim ? "MobilenetV1/Conv2d_0" : "conv1";
    case LayerKind::Depthwise:
      return slim ? fmt::format("MobilenetV1/Conv2d_{}_depthwise", block)
                  : fmt::format("conv_dw_{}", block);
    case LayerKind::Pointwise:
      return slim ? fmt::format("MobilenetV1/Conv2d_{}_pointwise", block)
                  : fmt::format("conv_pw_{}", block);
    case LayerKind::Classifier:
      return slim ? "MobilenetV1/Logits/Conv2d_1c_1x1" : "conv_preds";
  }
  return {};
}

}  // namespace

Variable Layer::weights(Dialect dialect) const {
  const bool slim = dialect == Dialect::Slim;
  if (kind == LayerKind::Depthwise) {
    return {name + (slim ? "/depthwise_weights" : "/depthwise_kernel"),
            Shape{kernel, kernel, inputs, multiplier}, VariableRole::DepthwiseWeights};
  }
  return {name + (slim ? "/weights" : "/kernel"), Shape{kernel, kernel, inputs, outputs},
          VariableRole::Weights};
}

Variable Layer::bias(Dialect dialect) const {
  return {name + (dialect == Dialect::Slim ? "/biases" : "/bias"), Shape{outputs},
          VariableRole::Bias};
}

std::vector<Variable> Layer::batch_norm_variables() const {
  const Shape shape{outputs};
  return {{batch_norm + "/gamma", shape, VariableRole::Gamma},
          {batch_norm + "/beta", shape, VariableRole::Beta},
          {batch_norm + "/moving_mean", shape, VariableRole::MovingMean},
          {batch_norm + "/moving_variance", shape, VariableRole::MovingVariance}};
}

std::vector<Layer> layers_of(const Architecture& architecture) {
  std::vector<Layer> layers;
  std::int64_t channels = architecture.input[3];
  const auto add = [&](Layer layer) {
    layer.name = name_of_layer(architecture.dialect, layer.kind, layer.block);
    layer.batch_norm = layer.name + (architecture.dialect == Dialect::Slim ? "/BatchNorm" : "_bn");
    layer.inputs = channels;
    if (layer.kind == LayerKind::Depthwise) layer.outputs = channels * layer.multiplier;
    channels = layer.outputs;
    layers.push_back(std::move(layer));
  };
  add({.kind = LayerKind::Stem,
       .kernel = kKernel,
       .stride = 2,
       .outputs = architecture.stem_filters});
  std::int64_t number = 0;
  for (const Block& block : architecture.blocks) {
    ++number;
    add({.kind = LayerKind::Depthwise,
         .block = number,
         .kernel = kKernel,
         .stride = block.stride,
         .dilation = block.dilation,
         .multiplier = block.depth_multiplier});
    add({.kind = LayerKind::Pointwise, .block = number, .outputs = block.filters});
  }
  if (architecture.classes > 0) {
    add({.kind = LayerKind::Classifier, .outputs = architecture.classes});
  }
  return layers;
}

std::vector<Variable> variables_of(const Architecture& architecture) {
  std::vector<Variable> variables;
  for (const Layer& layer : layers_of(architecture)) {
    variables.push_back(layer.weights(architecture.dialect));
    if (layer.has_batch_norm()) {
      for (Variable& variable : layer.batch_norm_variables()) {
        variables.push_back(std::move(variable));
      }
    } else {
      variables.push_back(layer.bias(architecture.dialect));
    }
  }
  return variables;
}

}  // namespace slimc::frontend
