#include "frontend/tensorflow/convert_nodes.h"

#include <algorithm>
#include <utility>

#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {

using tensorflow::NodeDef;
using Nodes = std::vector<const NodeDef*>;

Result<void> check_supported(const NodeGraph& graph, const Nodes& nodes, const std::string& input) {
  Diagnostics problems;
  for (const NodeDef* node : nodes) {
    if (node->name() == input || find_converter(node->op()) != nullptr) continue;
    problems.add(graph.about(*node, why_refused(*node)));
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

namespace {

bool all_inputs_imported(const ImportState& state, const NodeDef& node) {
  const std::vector<NodeReference> inputs = data_inputs(node);
  return std::all_of(inputs.begin(), inputs.end(), [&](const NodeReference& input) {
    return state.results.count(input.node) != 0;
  });
}

void add_input(ImportState& state) {
  Op op;
  op.kind = OpKind::Input;
  op.name = state.input.node;
  op.shape = state.input.shape;
  state.graph.input = state.graph.add(std::move(op));
  state.results[state.input.node] = state.graph.input;
}

}  // namespace

Diagnostics convert_nodes(ImportState& state, const Nodes& nodes) {
  Diagnostics problems;
  for (const NodeDef* node : nodes) {
    if (node->name() == state.input.node) {
      add_input(state);
      continue;
    }
    // A node behind a failed one is no news.
    const Converter converter = find_converter(node->op());
    if (converter == nullptr || !all_inputs_imported(state, *node)) continue;
    NodeContext context(state, *node);
    Result<Imported> result = converter(context);
    if (result) {
      state.results.emplace(node->name(), std::move(*result));
    } else {
      problems.add(std::move(result).error());
    }
  }
  return problems;
}

}  // namespace slimc::frontend
