// The list of layers in a model's description.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/keras/layer_calls.h"
#include "frontend/keras/model_config.h"
#include "tl/expected.hpp"

namespace slimc::frontend {

inline constexpr std::size_t kMaxKerasLayers = 10'000;

bool is_keras_model(const std::string& class_name);

// Null where there is none, or null.
const nlohmann::json* json_member(const nlohmann::json& json, const char* key);
std::string json_text(const nlohmann::json& json, const char* key);  // "" likewise

// A layer of one model, as it is described there.
struct LayerDescription {
  std::string name = {};
  std::string class_name = {};
  const nlohmann::json* config = nullptr;
  const nlohmann::json* build = nullptr;
  std::vector<const nlohmann::json*> calls = {};
  std::vector<std::vector<KerasReference>> inputs = {};  // of each call
  KerasPlace place = {};
};

// Each with its place among those of its class. The error is what is wrong with the model.
tl::expected<std::vector<LayerDescription>, std::string> describe_layers(
    const nlohmann::json& layers);

// Which application a reference means. Keras counts those of a layer from 0 and those of a
// Functional from 1: it has been applied to its own inputs before (keras/engine/functional.py,
// get_network_config). Of a Sequential that holds in some versions; the references show it.
class NodeNumbers {
 public:
  explicit NodeNumbers(const std::vector<LayerDescription>& layers) {
    for (const LayerDescription& layer : layers) by_name_.emplace(layer.name, Range{&layer});
  }
  void add(const KerasReference& reference) {
    const auto it = by_name_.find(reference.layer);
    if (it == by_name_.end()) return;
    it->second.first = std::min(it->second.first, reference.node);
    it->second.last = std::max(it->second.last, reference.node);
  }
  const LayerDescription* find(const std::string& name) const {
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
    const LayerDescription* layer = nullptr;
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = -1;
  };
  std::unordered_map<std::string, Range> by_name_;
};

}  // namespace slimc::frontend
