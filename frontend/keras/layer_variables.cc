#include "frontend/keras/layer_variables.h"

namespace slimc::frontend {
namespace {

// Keras' default is true for all of these.
bool is_on(const KerasLayer& layer, const char* key) {
  const auto it = layer.config->find(key);
  return it == layer.config->end() || !it->is_boolean() || it->get<bool>();
}

}  // namespace

std::vector<std::vector<std::string>> variables_of(const KerasLayer& layer) {
  const std::string& name = layer.class_name;
  std::vector<std::vector<std::string>> variables;
  if (name.rfind("BatchNormalization", 0) == 0) {
    if (is_on(layer, "scale")) variables.push_back({"gamma"});
    if (is_on(layer, "center")) variables.push_back({"beta"});
    variables.push_back({"moving_mean"});
    variables.push_back({"moving_variance"});
    return variables;
  }
  if (name == "Normalization") {
    const auto mean = layer.config->find("mean");
    if (mean == layer.config->end() || mean->is_null()) {
      variables = {{"mean"}, {"variance"}, {"count"}};
    }
    return variables;
  }
  if (name == "Conv2D" || name == "Dense") {
    variables = {{"kernel"}};
  } else if (name == "DepthwiseConv2D") {
    variables = {{"depthwise_kernel", "kernel"}};
  } else if (name == "SeparableConv2D") {
    variables = {{"depthwise_kernel"}, {"pointwise_kernel"}};
  }
  if (!variables.empty() && is_on(layer, "use_bias")) variables.push_back({"bias"});
  return variables;
}

}  // namespace slimc::frontend
