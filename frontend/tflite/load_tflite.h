// TFLite models of float32: FlatBuffers with the identifier "TFL3".
#pragma once

#include <string>
#include <string_view>

#include "frontend/frontend.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// See load_model(); `request.model` is the file.
Result<Graph> load_tflite(const ModelRequest& request, Reporter& reporter);

// The same from a file's bytes; `request.model` only gives diagnostics their name.
Result<Graph> read_tflite(std::string_view bytes, const ModelRequest& request, Reporter& reporter);

}  // namespace slimc::frontend
