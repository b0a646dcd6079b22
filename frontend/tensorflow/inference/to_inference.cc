#include "frontend/tensorflow/inference/to_inference.h"

#include <fmt/format.h>

#include <utility>

#include "frontend/tensorflow/inference/branches.h"
#include "frontend/tensorflow/inference/dropout.h"
#include "frontend/tensorflow/inference/inline_functions.h"
#include "frontend/tensorflow/inference/moving_statistics.h"

namespace slimc::frontend {
namespace {

// The training graph of a MobileNet has some ten thousand; each costs slimc about a kilobyte.
constexpr int kMaxNodes = 1'000'000;

}  // namespace

Result<InferenceGraph> to_inference(tensorflow::GraphDef def, const std::string& file,
                                    Reporter& reporter) {
  if (def.node_size() > kMaxNodes) {
    return fail({.file = file,
                 .message = fmt::format("has {} nodes; slimc reads graphs of up to {}",
                                        def.node_size(), kMaxNodes)});
  }
  InferenceGraph result{std::move(def), {}};
  SLIMC_TRY(inline_functions(result.def, file, result.redirections));
  result.redirections.apply(result.def);

  // Names do not change from here on, so one index serves all steps; each reads what the ones in
  // front of it have changed.
  SLIMC_ASSIGN(const NodeGraph graph, NodeGraph::create(result.def, file));
  resolve_branches(graph, result.redirections);
  result.redirections.apply(result.def);
  remove_dropout(graph, result.redirections);
  result.redirections.apply(result.def);
  const int changed = use_moving_statistics(result.def, graph, result.redirections);
  result.redirections.apply(result.def);
  if (changed > 0) {
    reporter.detail(
        fmt::format("{}: {} batch norms of training use their moving statistics", file, changed));
  }
  return result;
}

}  // namespace slimc::frontend
