#include "frontend/tensorflow/inference/to_inference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

#include "frontend/tensorflow/inference/branches.h"
#include "frontend/tensorflow/inference/dropout.h"
#include "frontend/tensorflow/inference/inline_functions.h"
#include "frontend/tensorflow/inference/moving_statistics.h"

namespace slimc::frontend {
namespace {

// The training graph of a MobileNet has some ten thousand; each costs slimc about a kilobyte.
constexpr int kMaxNodes = 1'000'000;

// An IdentityN, which Keras puts around functions with gradients of their own (swish), is as many
// identities as it has inputs.
void split_identities(const NodeGraph& graph, Redirections& redirections) {
  for (const tensorflow::NodeDef& node : graph.def().node()) {
    if (node.op() != "IdentityN") continue;
    int output = 0;
    for (const NodeReference& input : data_inputs(node)) {
      redirections.add({.node = node.name(), .output = output++}, input);
    }
  }
}

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
  const std::vector<std::string> predicates = resolve_branches(graph, result.redirections);
  if (!predicates.empty()) {
    reporter.detail(fmt::format("{}: branches are taken as inference takes them, by '{}'", file,
                                fmt::join(predicates, "', '")));
  }
  result.redirections.apply(result.def);
  split_identities(graph, result.redirections);
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
