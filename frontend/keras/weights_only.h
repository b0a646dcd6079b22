// A file of weights alone (model.save_weights, keras.applications' published ones): the network is
// read off the layers' names and the weights' shapes.
#pragma once

#include <string>

#include "frontend/frontend.h"
#include "frontend/keras/weights.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// A MobileNet of keras.applications, of any version. What the file cannot say is assumed, and
// reported as a warning.
Result<Graph> import_keras_weights(const NamedWeights& weights, const std::string& file,
                                   const ModelRequest& request, Reporter& reporter);

}  // namespace slimc::frontend
