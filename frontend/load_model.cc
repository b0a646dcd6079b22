#include <fmt/format.h>
#include <fmt/ranges.h>

#include "frontend/checkpoint.h"
#include "frontend/frontend.h"
#include "frontend/graph_file.h"
#include "frontend/import.h"
#include "frontend/model_files.h"

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

Result<Graph> load_model(const ModelRequest& request, Reporter& reporter) {
  SLIMC_ASSIGN(const ModelFiles files, find_model_files(request));
  SLIMC_ASSIGN(std::string name, c_identifier(request.name.empty() ? files.name : request.name));
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
  graph.name = std::move(name);
  return graph;
}

}  // namespace slimc::frontend
