// Reads a graph from any of the forms in which TensorFlow keeps one.
#pragma once

#include <filesystem>
#include <string_view>

#include "frontend/tensorflow/proto/graph.pb.h"
#include "support/files.h"
#include "support/result.h"

namespace slimc::frontend {

// GraphDef or MetaGraphDef, binary or text; what it is is seen from the bytes, not from the name.
// A syntax error in a text file comes with its line and column.
Result<tensorflow::GraphDef> read_graph(const std::filesystem::path& path,
                                        NamedBy named_by = NamedBy::User);

// The same from memory; `file` is for the diagnostics.
Result<tensorflow::GraphDef> parse_graph(std::string_view bytes, const std::string& file);

}  // namespace slimc::frontend
