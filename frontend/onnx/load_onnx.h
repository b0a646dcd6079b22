// ONNX models in float: a ModelProto, with its weights in it or in files beside it.
#pragma once

#include <string>
#include <string_view>

#include "frontend/frontend.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// See load_model(); `request.model` is the file.
Result<Graph> load_onnx(const ModelRequest& request, Reporter& reporter);

// The same from a file's bytes; `request.model` gives diagnostics their name and says in which
// folder files of weights are.
Result<Graph> read_onnx(std::string_view bytes, const ModelRequest& request, Reporter& reporter);

}  // namespace slimc::frontend
