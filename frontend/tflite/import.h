// From a verified TFLite model to IR: what the output needs, and nothing else.
#pragma once

#include "frontend/frontend.h"
#include "frontend/tflite/model.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend::tflite {

// The network with its weights, verified. Reports every problem that can be found: an op is looked
// at if all that it reads was imported.
Result<Graph> import_model(const Model& model, const ModelRequest& request, Reporter& reporter);

}  // namespace slimc::frontend::tflite
