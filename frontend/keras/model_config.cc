#include "frontend/keras/model_config.h"

#include <fmt/format.h>

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace slimc::frontend {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxConfig = std::size_t{16} << 20;  // bytes; MobileNet's has 40 kB
constexpr int kMaxNesting = 64;                            // of JSON; MobileNet's has 10
constexpr int kMaxModels = 8;                              // in one another
constexpr std::size_t kMaxLayers = 10'000;

constexpr const char* kInputLayer = "InputLayer";

bool is_model(const std::string& class_name) {
  return class_name == "Functional" || class_name == "Model" || class_name == "Sequential";
}

bool nested_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxNesting) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

const Json* member(const Json& json, const char* key) {
  if (!json.is_object()) return nullptr;
  const auto it = json.find(key);
  return it == json.end() || it->is_null() ? nullptr : &*it;
}

std::string text_member(const Json& json, const char* key) {
  const Json* text = member(json, key);
  return text != nullptr && text->is_string() ? text->get<std::string>() : std::string();
}

// A layer of one model, as it is described there.
struct Description {
  std::string name = {};
  std::string class_name = {};
  const Json* config = nullptr;
  std::vector<std::string> inputs = {};
  std::size_t applications = 1;
};

// ["conv1", 0, 0] or, with the call's other arguments, ["conv1", 0, 0, {}].
bool is_reference(const Json& json) {
  return json.is_array() && json.size() >= 3 && json[0].is_string() && json[1].is_number() &&
         json[2].is_number();
}

// Where in the models in one another we are.
struct Scope {
  std::string path = {};   // of the model; empty for the outermost
  std::string group = {};  // the outermost model's layer that holds it; likewise
  int depth = 0;

  std::string path_of(const std::string& layer) const {
    return path.empty() ? layer : path + "/" + layer;
  }
  std::string group_of(const std::string& layer) const { return group.empty() ? layer : group; }
};

class ModelParser {
 public:
  explicit ModelParser(const std::string& file) : file_(file) {}

  Result<KerasModel> parse(std::string_view text);

 private:
  // The layers of a model, put behind what feeds it; where nothing does, its InputLayer is the
  // network's. Returns the indices of its results.
  Result<std::vector<int>> expand(const std::string& class_name, const Json* config,
                                  const Scope& scope, std::optional<int> fed);
  Result<std::vector<int>> expand_sequential(const std::vector<Description>& layers,
                                             const Json& config, const Scope& scope,
                                             std::optional<int> fed);
  Result<std::vector<int>> expand_functional(const std::vector<Description>& layers,
                                             const Json& config, const Scope& scope,
                                             std::optional<int> fed);

  // One layer, or the layers of a model that is one; the index of its result.
  Result<int> place(const Description& layer, const Scope& scope, std::vector<int> inputs);

  Result<std::vector<Description>> describe(const Json& layers, const Scope& scope) const;
  Result<void> collect_inputs(const Json& json, Description& layer, const std::string& path) const;
  Result<std::vector<std::string>> references(const Json& config, const char* key,
                                              const Scope& scope) const;

  Failure refuse(const std::string& path, std::string message) const {
    return fail({.file = file_,
                 .subject = path.empty() ? "" : "layer '" + path + "'",
                 .message = std::move(message)});
  }

  const std::string& file_;
  KerasModel model_;
};

Result<KerasModel> ModelParser::parse(std::string_view text) {
  if (text.size() > kMaxConfig) {
    return refuse(
        "", fmt::format("its model_config has {} bytes, more than {}", text.size(), kMaxConfig));
  }
  if (nested_too_deep(text)) {
    return refuse("", fmt::format("its model_config is nested deeper than {}", kMaxNesting));
  }
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return refuse("", "its model_config is no JSON");
  model_.json = std::make_shared<const Json>(std::move(json));
  SLIMC_ASSIGN(model_.outputs, expand(text_member(*model_.json, "class_name"),
                                      member(*model_.json, "config"), {}, std::nullopt));
  return std::move(model_);
}

Result<std::vector<int>> ModelParser::expand(const std::string& class_name, const Json* config,
                                             const Scope& scope, std::optional<int> fed) {
  if (scope.depth > kMaxModels) {
    return refuse(scope.path, fmt::format("models are nested deeper than {}", kMaxModels));
  }
  if (!is_model(class_name)) {
    return refuse(scope.path, fmt::format("its model_config is of class '{}'; slimc reads "
                                          "Functional, Model and Sequential",
                                          class_name));
  }
  // Before Keras 2.2.3 the config of a Sequential was its list of layers.
  const Json* list = config != nullptr && !config->is_array() ? member(*config, "layers") : config;
  if (list == nullptr || !list->is_array() || list->empty()) {
    return refuse(scope.path, "its model_config has no layers");
  }
  SLIMC_ASSIGN(const std::vector<Description> layers, describe(*list, scope));
  return class_name == "Sequential" ? expand_sequential(layers, *config, scope, fed)
                                    : expand_functional(layers, *config, scope, fed);
}

Result<std::vector<Description>> ModelParser::describe(const Json& layers,
                                                       const Scope& scope) const {
  if (layers.size() > kMaxLayers) {
    return refuse(scope.path,
                  fmt::format("has {} layers, more than {}", layers.size(), kMaxLayers));
  }
  std::vector<Description> result;
  for (const Json& json : layers) {
    Description layer;
    layer.class_name = text_member(json, "class_name");
    layer.config = member(json, "config");
    layer.name = text_member(json, "name");
    if (layer.name.empty() && layer.config != nullptr) {
      layer.name = text_member(*layer.config, "name");
    }
    // A Sequential that was a list had no name; Keras gave it one that its weights' group has.
    const bool has_config =
        layer.config != nullptr && (layer.config->is_object() || is_model(layer.class_name));
    if (layer.class_name.empty() || !has_config || layer.name.empty()) {
      return refuse(
          scope.path,
          fmt::format("layer {} of its model_config lacks a name, a class_name or a config",
                      result.size()));
    }
    if (const Json* nodes = member(json, "inbound_nodes"); nodes != nullptr && !nodes->empty()) {
      layer.applications = nodes->size();
      SLIMC_TRY(collect_inputs(*nodes, layer, scope.path_of(layer.name)));
    }
    result.push_back(std::move(layer));
  }
  return result;
}

// Every version nests references differently; those of Keras 3 are tensors with a keras_history.
Result<void> ModelParser::collect_inputs(const Json& json, Description& layer,
                                         const std::string& path) const {
  const Json* reference = &json;
  if (const Json* config = member(json, "config")) {
    if (const Json* history = member(*config, "keras_history")) reference = history;
  }
  if (is_reference(*reference)) {
    if ((*reference)[2] != 0) {
      return refuse(path, "reads a layer's second result; slimc computes first results only");
    }
    layer.inputs.push_back((*reference)[0].get<std::string>());
  } else if (json.is_array()) {
    for (const Json& element : json) SLIMC_TRY(collect_inputs(element, layer, path));
  } else if (const Json* arguments = member(json, "args")) {
    return collect_inputs(*arguments, layer, path);
  }
  return {};
}

// The layers that a model names as its inputs or outputs: a list of references, or, in Keras 3,
// one.
Result<std::vector<std::string>> ModelParser::references(const Json& config, const char* key,
                                                         const Scope& scope) const {
  std::vector<std::string> names;
  const Json* json = member(config, key);
  if (json != nullptr && is_reference(*json)) {
    names.push_back((*json)[0].get<std::string>());
  } else if (json != nullptr && json->is_array()) {
    for (const Json& element : *json) {
      if (is_reference(element)) names.push_back(element[0].get<std::string>());
    }
  }
  if (names.empty()) return refuse(scope.path, fmt::format("its model_config has no {}", key));
  return names;
}

Result<int> ModelParser::place(const Description& layer, const Scope& scope,
                               std::vector<int> inputs) {
  const std::string path = scope.path_of(layer.name);
  if (is_model(layer.class_name)) {
    if (inputs.size() > 1) {
      return refuse(
          path, fmt::format("is a model of {} inputs; slimc reads models of one", inputs.size()));
    }
    SLIMC_ASSIGN(
        const std::vector<int> outputs,
        expand(layer.class_name, layer.config, {path, scope.group_of(layer.name), scope.depth + 1},
               inputs.empty() ? std::nullopt : std::optional(inputs.front())));
    if (outputs.size() == 1) return outputs.front();
    return refuse(
        path, fmt::format("is a model of {} outputs; slimc reads models of one", outputs.size()));
  }
  if (model_.layers.size() >= kMaxLayers) {
    return refuse(path, fmt::format("is one of more than {} layers", kMaxLayers));
  }
  model_.layers.push_back({path, layer.name, scope.group_of(layer.name), layer.class_name,
                           layer.config, std::move(inputs)});
  return static_cast<int>(model_.layers.size()) - 1;
}

Result<std::vector<int>> ModelParser::expand_sequential(const std::vector<Description>& layers,
                                                        const Json& config, const Scope& scope,
                                                        std::optional<int> fed) {
  std::optional<int> last = fed;
  for (const Description& layer : layers) {
    if (layer.class_name == kInputLayer) {
      if (last) continue;
    } else if (!last && !is_model(layer.class_name)) {
      // Keras makes the InputLayer from what the first layer, or the model, says of its input.
      const bool own = member(*layer.config, "batch_input_shape") != nullptr;
      const Description input{.name = layer.name + "_input",
                              .class_name = kInputLayer,
                              .config = own || config.is_array() ? layer.config : &config};
      SLIMC_ASSIGN(last, place(input, scope, {}));
    }
    SLIMC_ASSIGN(last, place(layer, scope, last ? std::vector<int>{*last} : std::vector<int>{}));
  }
  return std::vector<int>{*last};
}

Result<std::vector<int>> ModelParser::expand_functional(const std::vector<Description>& layers,
                                                        const Json& config, const Scope& scope,
                                                        std::optional<int> fed) {
  std::unordered_map<std::string, const Description*> by_name;
  for (const Description& layer : layers) {
    if (by_name.emplace(layer.name, &layer).second) continue;
    return refuse(scope.path_of(layer.name), "two layers of its model_config have this name");
  }
  if (fed) {
    SLIMC_ASSIGN(const auto inputs, references(config, "input_layers", scope));
    if (inputs.size() != 1) {
      return refuse(scope.path, fmt::format("is a model of {} inputs; slimc reads models of one",
                                            inputs.size()));
    }
  }
  SLIMC_ASSIGN(const std::vector<std::string> outputs, references(config, "output_layers", scope));

  // Depth first from the outputs, a layer behind all that it reads; without recursion, because a
  // file says how long the way is.
  std::unordered_map<std::string, int> placed;
  std::unordered_set<std::string> entered;
  std::vector<std::string> way(outputs.rbegin(), outputs.rend());
  while (!way.empty()) {
    const std::string name = way.back();
    if (placed.count(name) != 0) {
      way.pop_back();
      continue;
    }
    const auto found = by_name.find(name);
    if (found == by_name.end()) {
      return refuse(scope.path, "its model_config names a layer '" + name + "' that it lacks");
    }
    const Description& layer = *found->second;
    const std::string path = scope.path_of(name);
    if (layer.applications > 1) {
      return refuse(path,
                    fmt::format("is applied {} times; slimc reads layers that are applied once",
                                layer.applications));
    }
    std::vector<int> inputs;
    const bool first_visit = entered.insert(name).second;
    for (const std::string& input : layer.inputs) {
      if (const auto it = placed.find(input); it != placed.end()) {
        inputs.push_back(it->second);
      } else if (first_visit) {
        way.push_back(input);
      } else {
        return refuse(path, "depends on itself");
      }
    }
    if (inputs.size() != layer.inputs.size()) continue;
    way.pop_back();
    if (layer.class_name == kInputLayer && fed) {
      placed[name] = *fed;
    } else {
      SLIMC_ASSIGN(placed[name], place(layer, scope, std::move(inputs)));
    }
  }
  std::vector<int> results;
  for (const std::string& output : outputs) results.push_back(placed.at(output));
  return results;
}

}  // namespace

Result<KerasModel> parse_model_config(std::string_view text, const std::string& file) {
  return ModelParser(file).parse(text);
}

}  // namespace slimc::frontend
