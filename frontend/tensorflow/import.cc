#include "frontend/tensorflow/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "frontend/tensor_checks.h"
#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/convert/node_context.h"
#include "frontend/tensorflow/endpoints.h"
#include "frontend/tensorflow/inference/to_inference.h"
#include "frontend/tensorflow/node_graph.h"
#include "frontend/tensorflow/variables.h"

namespace slimc::frontend {
namespace {

using tensorflow::NodeDef;
using Nodes = std::vector<const NodeDef*>;

// All of them at once: a user who has to change a graph wants the whole list.
Result<void> check_supported(const NodeGraph& graph, const Nodes& nodes, const std::string& input) {
  Diagnostics problems;
  for (const NodeDef* node : nodes) {
    if (node->name() == input || find_converter(node->op()) != nullptr) continue;
    problems.add(graph.about(*node, why_refused(*node)));
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

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

Result<void> convert_nodes(ImportState& state, const Nodes& nodes) {
  Diagnostics problems;
  for (const NodeDef* node : nodes) {
    if (node->name() == state.input.node) {
      add_input(state);
      continue;
    }
    // A node behind a failed one is no news.
    if (!all_inputs_imported(state, *node)) continue;
    NodeContext context(state, *node);
    Result<Imported> result = find_converter(node->op())(context);
    if (result) {
      state.results.emplace(node->name(), std::move(*result));
    } else {
      problems.add(std::move(result).error());
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

// That a training takes its images from a queue or an iterator is usual. Anywhere else, what is
// left out may be arithmetic that the user counts on.
void report_remark(const NodeDef& node, const std::string& file, const InputChoice& input,
                   Reporter& reporter) {
  if (node.op().starts_with("QueueDequeue") || node.op().starts_with("Iterator")) {
    reporter.detail(fmt::format("{}: {}", file, input.remark));
  } else {
    reporter.warning({.file = file, .message = input.remark + "; --input-node names another node"});
  }
}

// A checkpoint without any averages is one problem, not one for each variable.
Result<void> check_averages(const Nodes& needed, const VariableBindings& bindings,
                            const Checkpoint& checkpoint) {
  std::string example;
  int variables = 0;
  for (const NodeDef* node : needed) {
    if (!is_variable(*node)) continue;
    const std::string name = bindings.stored_names(*node).front();
    if (checkpoint.contains(name)) return {};
    if (++variables == 1) example = name;
  }
  return fail({.file = checkpoint.index().string(),
               .message = fmt::format("has no moving averages: --variables ema looked for the {} "
                                      "variables' under names like '{}'",
                                      variables, example)});
}

}  // namespace

Result<Graph> import_graph(const tensorflow::GraphDef& def, const std::string& file,
                           const ModelRequest& request, const OpenCheckpoint& open_checkpoint,
                           Reporter& reporter) {
  SLIMC_ASSIGN(const InferenceGraph inference, to_inference(def, file, reporter));
  SLIMC_ASSIGN(const NodeGraph nodes, NodeGraph::create(inference.def, file));
  SLIMC_ASSIGN(const std::string output, choose_output(nodes, request, inference.redirections));

  // What lies in front of the input is not the network's, whatever it is.
  Result<InputChoice> input = choose_input(nodes, nodes.reachable_from(output), request);
  if (!input) {
    SLIMC_TRY(nodes.needed_by(output, {}));
    return Failure(std::move(input).error());
  }
  SLIMC_ASSIGN(const Nodes needed, nodes.needed_by(output, {input->node}));
  SLIMC_TRY(check_supported(nodes, needed, input->node));
  reporter.detail(fmt::format("{}: {} of {} nodes are needed for '{}' from '{}' {}", file,
                              needed.size(), def.node_size(), output, input->node,
                              input->shape.to_string()));
  if (!input->remark.empty()) report_remark(*nodes.find(input->node), file, *input, reporter);

  const auto variables = std::count_if(needed.begin(), needed.end(),
                                       [](const NodeDef* node) { return is_variable(*node); });
  std::optional<Checkpoint> checkpoint;
  if (variables > 0) {
    SLIMC_ASSIGN(checkpoint, open_checkpoint(static_cast<int>(variables)));
    reporter.detail(
        fmt::format("{}: weights of {} variables", checkpoint->index().string(), variables));
  }

  const VariableBindings bindings(nodes, request.variables);
  if (checkpoint && request.variables == StoredVariables::Ema) {
    SLIMC_TRY(check_averages(needed, bindings, *checkpoint));
  }
  ImportState state{.nodes = nodes,
                    .bindings = bindings,
                    .checkpoint = checkpoint ? &*checkpoint : nullptr,
                    .input = std::move(*input),
                    .graph = {},
                    .results = {}};
  state.graph.file = file;
  SLIMC_TRY(convert_nodes(state, needed));

  const Value* result = std::get_if<Value>(&state.results.at(output));
  if (result == nullptr || !state.graph.input.valid()) {
    return fail(nodes.about(*nodes.find(output),
                            "is no result of the network: it has no float32 "
                            "elements that depend on the input"));
  }
  state.graph.set_output(*result);
  SLIMC_TRY(check_graph(state.graph));
  return std::move(state.graph);
}

}  // namespace slimc::frontend
