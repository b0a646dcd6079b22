// From a parsed ONNX model to IR: what the outputs need, and nothing else.
#pragma once

#include "frontend/frontend.h"
#include "frontend/onnx/model.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend::onnx {

// The network with its weights, verified. Reports every problem that can be found: a node is looked
// at if all that it reads was imported.
Result<Graph> import_model(const Model& model, const ModelRequest& request, Reporter& reporter);

}  // namespace slimc::frontend::onnx
