#include "frontend/keras/layer_descriptions.h"

#include <fmt/format.h>

#include <utility>

#include "frontend/keras/snake_case.h"

namespace slimc::frontend {

using Json = nlohmann::json;

bool is_keras_model(const std::string& class_name) {
  return class_name == "Functional" || class_name == "Model" || class_name == "Sequential";
}

const Json* json_member(const Json& json, const char* key) {
  if (!json.is_object()) return nullptr;
  const auto it = json.find(key);
  return it == json.end() || it->is_null() ? nullptr : &*it;
}

std::string json_text(const Json& json, const char* key) {
  const Json* text = json_member(json, key);
  return text != nullptr && text->is_string() ? text->get<std::string>() : std::string();
}

tl::expected<std::vector<LayerDescription>, std::string> describe_layers(const Json& layers) {
  if (layers.size() > kMaxKerasLayers) {
    return tl::unexpected(
        fmt::format("has {} layers, more than {}", layers.size(), kMaxKerasLayers));
  }
  std::vector<LayerDescription> result;
  std::unordered_map<std::string, std::size_t> of_class;
  for (const Json& json : layers) {
    LayerDescription layer;
    layer.class_name = json_text(json, "class_name");
    layer.config = json_member(json, "config");
    layer.build = json_member(json, "build_config");
    layer.name = json_text(json, "name");
    if (layer.name.empty() && layer.config != nullptr) {
      layer.name = json_text(*layer.config, "name");
    }
    // A Sequential that was a list had no name; Keras gave it one that its weights' group has.
    const bool has_config =
        layer.config != nullptr && (layer.config->is_object() || is_keras_model(layer.class_name));
    if (layer.class_name.empty() || !has_config || layer.name.empty()) {
      return tl::unexpected(fmt::format(
          "layer {} of its model_config lacks a name, a class_name or a config", result.size()));
    }
    if (const Json* nodes = json_member(json, "inbound_nodes");
        nodes != nullptr && nodes->is_array()) {
      for (const Json& node : *nodes) {
        layer.calls.push_back(&node);
        layer.inputs.push_back(references_in(node));
      }
    }
    layer.place.name = layer.name;
    layer.place.class_name = snake_case(layer.class_name);
    layer.place.number = of_class[layer.place.class_name]++;
    result.push_back(std::move(layer));
  }
  for (LayerDescription& layer : result) layer.place.of = of_class[layer.place.class_name];
  return result;
}

}  // namespace slimc::frontend
