#include "frontend/keras/model_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "frontend/keras/layer_calls.h"
#include "frontend/keras/layer_descriptions.h"

namespace slimc::frontend {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxConfig = std::size_t{16} << 20;  // bytes; MobileNet's has 40 kB
constexpr int kMaxNesting = 128;                           // of JSON; MobileNet's has 10
constexpr int kMaxModels = 24;                             // in one another

constexpr const char* kInputLayer = "InputLayer";

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

// Where in the models in one another we are.
struct Scope {
  std::string path = {};   // of the model; empty for the outermost
  std::string group = {};  // the outermost model's layer that holds it; likewise
  int depth = 0;
  std::vector<KerasPlace> places = {};  // of the model and those around it

  std::string path_of(const std::string& layer) const {
    return path.empty() ? layer : path + "/" + layer;
  }
  std::string group_of(const std::string& layer) const { return group.empty() ? layer : group; }
};

using Results = std::vector<int>;  // indices of layers

class ModelParser {
 public:
  explicit ModelParser(const std::string& file) : file_(file) {}

  Result<KerasModel> parse(std::string_view text);

 private:
  // The layers of a model, put behind what feeds it; where nothing does, its InputLayer is the
  // network's.
  Result<Results> expand(const std::string& class_name, const Json* config, const Scope& scope,
                         std::optional<int> fed);
  Result<Results> expand_sequential(const std::vector<LayerDescription>& layers, const Json& config,
                                    const Scope& scope, std::optional<int> fed);
  Result<Results> expand_functional(const std::vector<LayerDescription>& layers, const Json& config,
                                    const Scope& scope, std::optional<int> fed);

  // One application of a layer, or the layers of a model that is one.
  Result<Results> place(const LayerDescription& layer, std::size_t call, const Scope& scope,
                        std::vector<int> inputs);

  Result<std::vector<KerasReference>> references(const Json& config, const char* key,
                                                 const Scope& scope) const;

  Failure refuse(const std::string& path, std::string message) const {
    return fail({.file = file_,
                 .subject = path.empty() ? "" : "layer '" + path + "'",
                 .message = std::move(message)});
  }

  const std::string& file_;
  KerasModel model_;
  std::size_t expanded_ = 0;  // models, each time that they are applied
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
  SLIMC_ASSIGN(model_.outputs, expand(json_text(*model_.json, "class_name"),
                                      json_member(*model_.json, "config"), {}, std::nullopt));
  return std::move(model_);
}

Result<Results> ModelParser::expand(const std::string& class_name, const Json* config,
                                    const Scope& scope, std::optional<int> fed) {
  if (scope.depth > kMaxModels) {
    return refuse(scope.path, fmt::format("models are nested deeper than {}", kMaxModels));
  }
  if (++expanded_ > kMaxKerasLayers) {
    return refuse(scope.path, fmt::format("is one of more than {} models", kMaxKerasLayers));
  }
  if (!is_keras_model(class_name)) {
    return refuse(scope.path, fmt::format("its model_config is of class '{}'; slimc reads "
                                          "Functional, Model and Sequential",
                                          class_name));
  }
  // Before Keras 2.2.3 the config of a Sequential was its list of layers.
  const Json* list =
      config != nullptr && !config->is_array() ? json_member(*config, "layers") : config;
  if (list == nullptr || !list->is_array() || list->empty()) {
    return refuse(scope.path, "its model_config has no layers");
  }
  auto described = describe_layers(*list);
  if (!described) return refuse(scope.path, described.error());
  const std::vector<LayerDescription>& layers = *described;
  return class_name == "Sequential" ? expand_sequential(layers, *config, scope, fed)
                                    : expand_functional(layers, *config, scope, fed);
}

// The layers that a model names as its inputs or outputs: references in lists, or, in Keras 3, one,
// or by names.
Result<std::vector<KerasReference>> ModelParser::references(const Json& config, const char* key,
                                                            const Scope& scope) const {
  const Json* json = json_member(config, key);
  std::vector<KerasReference> found;
  if (json != nullptr) found = references_in(*json);
  if (found.empty()) return refuse(scope.path, fmt::format("its model_config has no {}", key));
  return found;
}

Result<Results> ModelParser::place(const LayerDescription& layer, std::size_t call,
                                   const Scope& scope, std::vector<int> inputs) {
  std::string path = scope.path_of(layer.name);
  if (call > 0) path += fmt::format("/call_{}", call + 1);
  std::vector<KerasPlace> places = scope.places;
  places.push_back(layer.place);
  const Json* node = call < layer.calls.size() ? layer.calls[call] : nullptr;
  if (is_keras_model(layer.class_name)) {
    if (inputs.size() > 1) {
      return refuse(
          path, fmt::format("is a model of {} inputs; slimc reads models of one", inputs.size()));
    }
    if (node != nullptr) {
      const Json* training = read_call(*node).argument(1, {"training"});
      if (training != nullptr && *training == true) {
        return refuse(path, "is called with training=True; slimc compiles inference");
      }
    }
    SLIMC_ASSIGN(Results results,
                 expand(layer.class_name, layer.config,
                        {path, scope.group_of(layer.name), scope.depth + 1, std::move(places)},
                        inputs.empty() ? std::nullopt : std::optional(inputs.front())));
    if (results.size() == 1) model_.models.emplace_back(path, results.front());
    return results;
  }
  if (model_.layers.size() >= kMaxKerasLayers) {
    return refuse(path, fmt::format("is one of more than {} layers", kMaxKerasLayers));
  }
  model_.layers.push_back({path, layer.name, scope.group_of(layer.name), layer.class_name,
                           layer.config, std::move(inputs), node, layer.build, std::move(places)});
  return Results{static_cast<int>(model_.layers.size()) - 1};
}

Result<Results> ModelParser::expand_sequential(const std::vector<LayerDescription>& layers,
                                               const Json& config, const Scope& scope,
                                               std::optional<int> fed) {
  Results last;
  if (fed) last.push_back(*fed);
  for (const LayerDescription& layer : layers) {
    if (layer.class_name == kInputLayer) {
      if (!last.empty()) continue;
    } else if (last.empty() && !is_keras_model(layer.class_name)) {
      // Keras makes the InputLayer from what the first layer, or the model, says of its input.
      const bool own = json_member(*layer.config, "batch_input_shape") != nullptr;
      LayerDescription input{.name = layer.name + "_input",
                             .class_name = kInputLayer,
                             .config = own || config.is_array() ? layer.config : &config};
      SLIMC_ASSIGN(last, place(input, 0, scope, {}));
    }
    if (last.size() > 1) {
      return refuse(scope.path_of(layer.name),
                    fmt::format("reads a model of {} outputs, expected one", last.size()));
    }
    SLIMC_ASSIGN(last, place(layer, 0, scope, last));
  }
  return last;
}

Result<Results> ModelParser::expand_functional(const std::vector<LayerDescription>& layers,
                                               const Json& config, const Scope& scope,
                                               std::optional<int> fed) {
  std::unordered_set<std::string> names;
  NodeNumbers numbers(layers);
  for (const LayerDescription& layer : layers) {
    if (!names.insert(layer.name).second) {
      return refuse(scope.path_of(layer.name), "two layers of its model_config have this name");
    }
    for (const auto& inputs : layer.inputs) {
      for (const KerasReference& input : inputs) numbers.add(input);
    }
  }
  if (fed) {
    SLIMC_ASSIGN(const auto inputs, references(config, "input_layers", scope));
    if (inputs.size() != 1) {
      return refuse(scope.path, fmt::format("is a model of {} inputs; slimc reads models of one",
                                            inputs.size()));
    }
  }
  SLIMC_ASSIGN(const std::vector<KerasReference> outputs,
               references(config, "output_layers", scope));
  for (const KerasReference& output : outputs) numbers.add(output);

  // Depth first from the outputs, a layer behind all that it reads; without recursion, because a
  // file says how long the way is.
  std::unordered_map<std::string, Results> placed;  // by name and call
  std::unordered_set<std::string> entered;
  const auto resolve = [&](const KerasReference& reference) -> Result<std::string> {
    if (numbers.find(reference.layer) == nullptr) {
      return refuse(scope.path,
                    "its model_config names a layer '" + reference.layer + "' that it lacks");
    }
    const auto call = numbers.call(reference);
    if (!call) {
      return refuse(scope.path_of(reference.layer),
                    fmt::format("is applied {} times, and which of them number {} is cannot be "
                                "told",
                                numbers.find(reference.layer)->calls.size(), reference.node));
    }
    return reference.layer + "\n" + std::to_string(*call);
  };
  const auto result_of = [&](const KerasReference& reference,
                             const Results& results) -> Result<int> {
    if (reference.tensor < 0 || reference.tensor >= static_cast<std::int64_t>(results.size())) {
      return refuse(scope.path_of(reference.layer),
                    fmt::format("has {}; result {} of it is read",
                                results.size() == 1 ? "one result"
                                                    : fmt::format("{} results", results.size()),
                                reference.tensor + 1));
    }
    return results[static_cast<std::size_t>(reference.tensor)];
  };

  std::vector<KerasReference> way(outputs.rbegin(), outputs.rend());
  while (!way.empty()) {
    const KerasReference here = way.back();
    SLIMC_ASSIGN(const std::string key, resolve(here));
    if (placed.count(key) != 0) {
      way.pop_back();
      continue;
    }
    const LayerDescription& layer = *numbers.find(here.layer);
    const std::size_t call = *numbers.call(here);
    const bool first_visit = entered.insert(key).second;
    std::vector<int> inputs;
    bool ready = true;
    if (call < layer.inputs.size()) {
      for (const KerasReference& input : layer.inputs[call]) {
        SLIMC_ASSIGN(const std::string input_key, resolve(input));
        if (const auto it = placed.find(input_key); it != placed.end()) {
          SLIMC_ASSIGN(const int index, result_of(input, it->second));
          inputs.push_back(index);
        } else if (first_visit) {
          way.push_back(input);
          ready = false;
        } else {
          return refuse(scope.path_of(here.layer), "depends on itself");
        }
      }
    }
    if (!ready) continue;
    way.pop_back();
    if (layer.class_name == kInputLayer && fed) {
      placed[key] = {*fed};
    } else {
      SLIMC_ASSIGN(placed[key], place(layer, call, scope, std::move(inputs)));
    }
  }
  Results results;
  for (const KerasReference& output : outputs) {
    SLIMC_ASSIGN(const std::string key, resolve(output));
    SLIMC_ASSIGN(const int index, result_of(output, placed.at(key)));
    results.push_back(index);
  }
  return results;
}

}  // namespace

Result<KerasModel> parse_model_config(std::string_view text, const std::string& file,
                                      const std::string& version) {
  SLIMC_ASSIGN(KerasModel model, ModelParser(file).parse(text));
  if (!version.empty() && version[0] >= '0' && version[0] <= '9') model.version = version[0] - '0';
  return model;
}

}  // namespace slimc::frontend
