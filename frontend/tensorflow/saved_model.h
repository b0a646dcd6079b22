// SavedModel folders: saved_model.pb or saved_model.pbtxt, and variables/variables.*.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "frontend/frontend.h"
#include "frontend/tensorflow/proto/graph.pb.h"
#include "frontend/tensorflow/proto/saved_model.pb.h"
#include "support/result.h"

namespace slimc::frontend {

// The folder's saved_model.pb or saved_model.pbtxt, if it has one.
std::optional<std::filesystem::path> saved_model_in(const std::filesystem::path& folder);

// Whether the file has one of these names.
bool is_saved_model_name(const std::filesystem::path& path);

// The prefix of its weights.
std::filesystem::path saved_model_variables(const std::filesystem::path& saved_model);

// One way to call one of the graphs. The nodes are empty where there is no signature.
struct ServedGraph {
  tensorflow::GraphDef graph;
  std::string signature;
  std::string input_node;
  std::vector<std::string> output_nodes;
  // What the signature calls each of them; empty where they are the user's.
  std::vector<std::string> output_names = {};
};

Result<ServedGraph> read_saved_model(const std::filesystem::path& saved_model,
                                     const ModelRequest& request);

// Its steps, from memory; `file` is for the diagnostics.
Result<tensorflow::SavedModel> parse_saved_model(std::string_view bytes, const std::string& file);
Result<ServedGraph> served_graph(tensorflow::SavedModel model, const std::string& file,
                                 const ModelRequest& request);

}  // namespace slimc::frontend
