#include "tests/benchmarks/peers/peer_graph.h"

#include "compiler/passes/passes.h"
#include "frontend/frontend.h"
#include "support/reporter.h"

namespace slimc::peers {

Result<Graph> load_imported_graph(const std::string& model) {
  SilentReporter silent;
  SLIMC_ASSIGN(Graph graph, frontend::load_model({.model = model}, silent));
  SLIMC_ASSIGN(graph, prune(graph));
  return fold_constants(graph);
}

Result<Graph> load_peer_graph(const std::string& model) {
  SLIMC_ASSIGN(Graph graph, load_imported_graph(model));
  return run_pipeline(graph);
}

}  // namespace slimc::peers
