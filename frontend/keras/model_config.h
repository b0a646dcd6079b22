// A model as Keras describes it: the JSON in a file's attribute model_config.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/result.h"

namespace slimc::frontend {

// One application of a layer.
struct KerasLayer {
  std::string path;   // "mobilenet_1.00_224/conv1" for a layer of a model that is a layer
  std::string name;   // "conv1"
  std::string group;  // the outermost model's layer that holds it: where its weights are
  std::string class_name;
  const nlohmann::json* config = nullptr;  // an object
  std::vector<int> inputs;                 // indices of other layers
};

// All models in it are taken apart into their layers.
struct KerasModel {
  std::shared_ptr<const nlohmann::json> json;  // that the layers' configs point into
  std::vector<KerasLayer> layers;              // each behind its inputs
  std::vector<int> outputs;
};

// What the outputs depend on. `file` is for messages.
Result<KerasModel> parse_model_config(std::string_view text, const std::string& file);

}  // namespace slimc::frontend
