// Which part of a Keras model is compiled: by layers' names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/keras/model_config.h"
#include "support/result.h"

namespace slimc::frontend {

// A result that the network gives: by the name that was asked for, or the layer's.
struct WantedOutput {
  std::string name;
  int layer = 0;
};

// Of all layers and of the models that are layers.
std::vector<std::string> paths_of(const KerasModel& model);

// The layer of this path, or the last one of the model of this path.
std::optional<int> find_layer(const KerasModel& model, const std::string& path);

// What the request names, else the model's outputs.
Result<std::vector<WantedOutput>> choose_outputs(const KerasModel& model, const std::string& file,
                                                 const ModelRequest& request);

// The layer of --input-node, on which the outputs depend; none where the request has none.
Result<std::optional<int>> choose_entry(const KerasModel& model,
                                        const std::vector<WantedOutput>& wanted,
                                        const std::string& file, const ModelRequest& request);

// What the layers depend on, themselves included; each behind what it reads. What `entry` depends
// on is left out.
std::vector<int> needed_by(const KerasModel& model, const std::vector<WantedOutput>& wanted,
                           std::optional<int> entry);

}  // namespace slimc::frontend
