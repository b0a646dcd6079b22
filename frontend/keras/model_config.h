// A model as Keras describes it: the JSON in a file's attribute model_config.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/result.h"

namespace slimc::frontend {

// Where a layer stands in a model's list of layers, as files of Keras 3 name it: by its class and
// its number among the layers of that class.
struct KerasPlace {
  std::string name;        // the layer's own; "" where the model that holds it does not say it
  std::string class_name;  // in snake case: "batch_normalization"
  std::size_t number = 0;
  std::size_t of = 1;  // so many of its class stand in the list
};

// One application of a layer.
struct KerasLayer {
  std::string path;   // "mobilenet_1.00_224/conv1" for a layer of a model that is a layer; the
                      // second application of a layer is "conv1/call_2"
  std::string name;   // "conv1"
  std::string group;  // the outermost model's layer that holds it: where its weights are
  std::string class_name;
  const nlohmann::json* config = nullptr;  // an object
  std::vector<int> inputs;                 // indices of other layers
  const nlohmann::json* call = nullptr;    // how it is applied; null in a Sequential
  const nlohmann::json* build = nullptr;   // Keras 3's build_config, or null
  std::vector<KerasPlace> places;          // the models that hold it, the outermost first, and it
};

// All models in it are taken apart into their layers.
struct KerasModel {
  const KerasLayer& at(int index) const { return layers[static_cast<std::size_t>(index)]; }

  std::shared_ptr<const nlohmann::json> json;  // that the layers' configs point into
  std::vector<KerasLayer> layers;              // each behind its inputs
  std::vector<int> outputs;
  // The path of each model that is a layer and has one result, and that result.
  std::vector<std::pair<std::string, int>> models;
  int version = 0;  // Keras' major version; 0 where the file does not say it
};

// What the outputs depend on. `file` is for messages; `version` is what the file says of Keras'
// version ("2.15.0"), or "".
Result<KerasModel> parse_model_config(std::string_view text, const std::string& file,
                                      const std::string& version = "");

}  // namespace slimc::frontend
