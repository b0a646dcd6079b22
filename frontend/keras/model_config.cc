#include "frontend/keras/model_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "frontend/keras/layer_calls.h"
#include "frontend/keras/snake_case.h"

namespace slimc::frontend {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxConfig = std::size_t{16} << 20;  // bytes; MobileNet's has 40 kB
constexpr int kMaxNesting = 128;                           // of JSON; MobileNet's has 10
constexpr int kMaxModels = 24;                             // in one another
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
  const Json* build = nullptr;
  std::vector<const Json*> calls = {};
  std::vector<std::vector<KerasReference>> inputs = {};  // of each call
  KerasPlace place = {};
};

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
  Result<Results> expand_sequential(const std::vector<Description>& layers, const Json& config,
                                    const Scope& scope, std::optional<int> fed);
  Result<Results> expand_functional(const std::vector<Description>& layers, const Json& config,
                                    const Scope& scope, std::optional<int> fed);

  // One application of a layer, or the layers of a model that is one.
  Result<Results> place(const Description& layer, std::size_t call, const Scope& scope,
                        std::vector<int> inputs);

  Result<std::vector<Description>> describe(const Json& layers, const Scope& scope) const;
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

// Which application a reference means. Keras counts those of a layer from 0 and those of a
// Functional from 1: it has been applied to its own inputs before (keras/engine/functional.py,
// get_network_config). Of a Sequential that holds in some versions; the references show it.
class NodeNumbers {
 public:
  explicit NodeNumbers(const std::vector<Description>& layers) {
    for (const Description& layer : layers) by_name_.emplace(layer.name, Range{&layer});
  }
  void add(const KerasReference& reference) {
    const auto it = by_name_.find(reference.layer);
    if (it == by_name_.end()) return;
    it->second.first = std::min(it->second.first, reference.node);
    it->second.last = std::max(it->second.last, reference.node);
  }
  const Description* find(const std::string& name) const {
    const auto it = by_name_.find(name);
    return it == by_name_.end() ? nullptr : it->second.layer;
  }
  std::optional<std::size_t> call(const KerasReference& reference) const {
    const Range& range = by_name_.at(reference.layer);
    const auto count = static_cast<std::int64_t>(range.layer->calls.size());
    if (count <= 1) return 0;
    std::int64_t begin = 0;
    if (range.layer->class_name == "Functional" || range.layer->class_name == "Model") begin = 1;
    if (range.layer->class_name == "Sequential") {
      if (range.first != 0 && range.last != count) return std::nullopt;
      begin = range.first == 0 ? 0 : 1;
    }
    const std::int64_t number = reference.node - begin;
    if (number < 0 || number >= count) return std::nullopt;
    return static_cast<std::size_t>(number);
  }

 private:
  struct Range {
    const Description* layer = nullptr;
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = -1;
  };
  std::unordered_map<std::string, Range> by_name_;
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

Result<Results> ModelParser::expand(const std::string& class_name, const Json* config,
                                    const Scope& scope, std::optional<int> fed) {
  if (scope.depth > kMaxModels) {
    return refuse(scope.path, fmt::format("models are nested deeper than {}", kMaxModels));
  }
  if (++expanded_ > kMaxLayers) {
    return refuse(scope.path, fmt::format("is one of more than {} models", kMaxLayers));
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
  std::unordered_map<std::string, std::size_t> of_class;
  for (const Json& json : layers) {
    Description layer;
    layer.class_name = text_member(json, "class_name");
    layer.config = member(json, "config");
    layer.build = member(json, "build_config");
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
    if (const Json* nodes = member(json, "inbound_nodes"); nodes != nullptr && nodes->is_array()) {
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
  for (Description& layer : result) layer.place.of = of_class[layer.place.class_name];
  return result;
}

// The layers that a model names as its inputs or outputs: references in lists, or, in Keras 3, one,
// or by names.
Result<std::vector<KerasReference>> ModelParser::references(const Json& config, const char* key,
                                                            const Scope& scope) const {
  const Json* json = member(config, key);
  std::vector<KerasReference> found;
  if (json != nullptr) found = references_in(*json);
  if (found.empty()) return refuse(scope.path, fmt::format("its model_config has no {}", key));
  return found;
}

Result<Results> ModelParser::place(const Description& layer, std::size_t call, const Scope& scope,
                                   std::vector<int> inputs) {
  std::string path = scope.path_of(layer.name);
  if (call > 0) path += fmt::format("/call_{}", call + 1);
  std::vector<KerasPlace> places = scope.places;
  places.push_back(layer.place);
  const Json* node = call < layer.calls.size() ? layer.calls[call] : nullptr;
  if (is_model(layer.class_name)) {
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
  if (model_.layers.size() >= kMaxLayers) {
    return refuse(path, fmt::format("is one of more than {} layers", kMaxLayers));
  }
  model_.layers.push_back({path, layer.name, scope.group_of(layer.name), layer.class_name,
                           layer.config, std::move(inputs), node, layer.build, std::move(places)});
  return Results{static_cast<int>(model_.layers.size()) - 1};
}

Result<Results> ModelParser::expand_sequential(const std::vector<Description>& layers,
                                               const Json& config, const Scope& scope,
                                               std::optional<int> fed) {
  Results last;
  if (fed) last.push_back(*fed);
  for (const Description& layer : layers) {
    if (layer.class_name == kInputLayer) {
      if (!last.empty()) continue;
    } else if (last.empty() && !is_model(layer.class_name)) {
      // Keras makes the InputLayer from what the first layer, or the model, says of its input.
      const bool own = member(*layer.config, "batch_input_shape") != nullptr;
      Description input{.name = layer.name + "_input",
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

Result<Results> ModelParser::expand_functional(const std::vector<Description>& layers,
                                               const Json& config, const Scope& scope,
                                               std::optional<int> fed) {
  std::unordered_set<std::string> names;
  NodeNumbers numbers(layers);
  for (const Description& layer : layers) {
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
    const Description& layer = *numbers.find(here.layer);
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
