// From a Keras model's description and weights to IR.
#pragma once

#include <string>

#include "frontend/frontend.h"
#include "frontend/keras/weights.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

struct KerasDescription {
  std::string config;   // the JSON
  std::string version;  // Keras' that wrote it, "2.15.0"; "" where the file does not say it
};

// `file` is for messages. Every problem that can be found is in the failure.
//
// The graph's outputs are what the request names, else the model's, all of them. An output is
// called as it is asked for: by a layer, whose result it is, or by an op of a layer.
Result<Graph> import_keras_model(const KerasDescription& description, const WeightSource& weights,
                                 const std::string& file, const ModelRequest& request,
                                 Reporter& reporter);

}  // namespace slimc::frontend
