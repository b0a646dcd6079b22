#include "frontend/tensorflow/load_tensorflow.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/graph_file.h"
#include "frontend/tensorflow/import.h"
#include "frontend/tensorflow/model_files.h"

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

}  // namespace

Result<Graph> load_tensorflow(const ModelRequest& request, Reporter& reporter) {
  SLIMC_ASSIGN(const ModelFiles files, find_model_files(request));
  SLIMC_ASSIGN(const tensorflow::GraphDef def, read_graph(files.graph));
  bool weights_used = false;
  SLIMC_ASSIGN(Graph graph, import_graph(
                                def, files.graph.string(), request,
                                [&](int variables) {
                                  weights_used = true;
                                  return open_checkpoint(files, variables);
                                },
                                reporter));
  if (!weights_used && !request.checkpoint.empty()) {
    reporter.warning({.file = files.graph.string(),
                      .message = "has no variables (it is frozen): --checkpoint is not used"});
  }
  graph.name = files.name;
  return graph;
}

}  // namespace slimc::frontend
