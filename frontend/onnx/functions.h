// Functions that a model brings along, as PyTorch's exporter writes them.
#pragma once

#include <string>

#include "compiler/support/result.h"
#include "frontend/onnx/onnx.pb.h"

namespace slimc::frontend::onnx {

// Puts the nodes of each function in the place of its calls. `file` is for diagnostics.
Result<void> inline_functions(schema::ModelProto& model, const std::string& file);

}  // namespace slimc::frontend::onnx
