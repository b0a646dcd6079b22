// Functions that a model brings along, as PyTorch's exporter writes them.
#pragma once

#include <string>

#include "frontend/onnx/onnx.pb.h"
#include "support/result.h"

namespace slimc::frontend::onnx {

// Puts the nodes of each function in the place of its calls. `file` is for diagnostics.
Result<void> inline_functions(schema::ModelProto& model, const std::string& file);

}  // namespace slimc::frontend::onnx
