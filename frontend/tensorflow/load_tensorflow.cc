#include "frontend/tensorflow/load_tensorflow.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/graph_file.h"
#include "frontend/tensorflow/import.h"
#include "frontend/tensorflow/model_files.h"
#include "frontend/tensorflow/saved_model.h"
#include "frontend/tensorflow/variables_only.h"

namespace slimc::frontend {
namespace {

Result<Checkpoint> open_checkpoint(const ModelFiles& files, int variables) {
  if (!files.checkpoint.empty()) return Checkpoint::open(files.checkpoint);
  std::vector<std::string> places;
  for (const auto& path : files.looked_for) places.push_back(path.string());
  return fail(
      {.file = files.graph.string(),
       .message = fmt::format("has {} variables and no checkpoint beside it; looked for {}; "
                              "--checkpoint names one",
                              variables, fmt::join(places, ", "))});
}

// The graph to import, and what the model says of its ends where the user said nothing.
Result<tensorflow::GraphDef> read_model(const ModelFiles& files, ModelRequest& request,
                                        DeclaredOutputs& declared, Reporter& reporter) {
  if (!files.is_saved_model) {
    if (!request.signature.empty()) {
      return fail({.file = files.graph.string(),
                   .message = "is no SavedModel and has no signatures for --signature to name",
                   .blame = Blame::Usage});
    }
    return read_graph(files.graph, files.graph == request.model ? NamedBy::User : NamedBy::Model);
  }
  SLIMC_ASSIGN(ServedGraph served, read_saved_model(files.graph, request));
  if (!served.signature.empty()) {
    reporter.detail(fmt::format("{}: signature '{}', from '{}' to '{}'", files.graph.string(),
                                served.signature, served.input_node,
                                fmt::join(served.output_nodes, "', '")));
  }
  request.input_node = std::move(served.input_node);
  if (served.output_names.empty()) {
    request.output_nodes = std::move(served.output_nodes);
  } else {
    declared = {std::move(served.output_nodes), std::move(served.output_names)};
  }
  return std::move(served.graph);
}

}  // namespace

Result<Graph> load_tensorflow(const ModelRequest& request, Reporter& reporter) {
  SLIMC_ASSIGN(const ModelFiles files, find_model_files(request));
  if (files.graph.empty()) {
    SLIMC_ASSIGN(const Checkpoint checkpoint, Checkpoint::open(files.checkpoint));
    std::vector<std::string> places;
    for (const auto& path : files.graphs_looked_for) places.push_back(path.string());
    SLIMC_ASSIGN(Graph graph, load_variables(checkpoint, places, request, reporter));
    graph.name = files.name;
    return graph;
  }
  ModelRequest resolved = request;
  DeclaredOutputs declared;
  SLIMC_ASSIGN(const tensorflow::GraphDef def, read_model(files, resolved, declared, reporter));
  bool weights_used = false;
  SLIMC_ASSIGN(Graph graph, import_graph(
                                def, files.graph.string(), resolved,
                                [&](int variables) {
                                  weights_used = true;
                                  return open_checkpoint(files, variables);
                                },
                                reporter, declared));
  if (!weights_used && !request.checkpoint.empty()) {
    reporter.warning({.file = files.graph.string(),
                      .message = "has no variables (it is frozen): --checkpoint is not used"});
  }
  graph.name = files.name;
  return graph;
}

}  // namespace slimc::frontend
