// From a whole model of Keras' to IR.
#pragma once

#include <string>

#include "compiler/ir/graph.h"
#include "compiler/support/reporter.h"
#include "compiler/support/result.h"
#include "frontend/frontend.h"
#include "frontend/keras/weights.h"

namespace slimc::frontend {

// The network that `config` (the attribute model_config) describes, with its weights, verified.
// Reports every problem that can be found: all layers that are not supported, then all weights up
// to the first layer without a result.
Result<Graph> import_keras_model(const std::string& config, const KerasWeights& weights,
                                 const std::string& file, const ModelRequest& request,
                                 Reporter& reporter);

}  // namespace slimc::frontend
