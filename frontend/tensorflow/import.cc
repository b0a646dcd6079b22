#include "frontend/tensorflow/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "frontend/pixels.h"
#include "frontend/tensor_checks.h"
#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/convert/node_context.h"
#include "frontend/tensorflow/convert_nodes.h"
#include "frontend/tensorflow/endpoints.h"
#include "frontend/tensorflow/inference/to_inference.h"
#include "frontend/tensorflow/node_graph.h"
#include "frontend/tensorflow/results.h"
#include "frontend/tensorflow/variables.h"

namespace slimc::frontend {
namespace {

using tensorflow::NodeDef;
using Nodes = std::vector<const NodeDef*>;

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

// One import: the graph that inference computes, and all that the user and the file say of it.
class Importer {
 public:
  Importer(const NodeGraph& nodes, const Redirections& redirections, const ModelRequest& request,
           const OpenCheckpoint& open_checkpoint, Reporter& reporter,
           const DeclaredOutputs& declared)
      : nodes_(nodes),
        redirections_(redirections),
        request_(request),
        open_checkpoint_(open_checkpoint),
        reporter_(reporter),
        declared_(declared),
        bindings_(nodes, request.variables) {}

  Result<Graph> run() {
    SLIMC_ASSIGN(std::vector<OutputChoice> outputs,
                 named_outputs(nodes_, request_.output_nodes, "--output-node", redirections_));
    if (outputs.empty()) {
      SLIMC_ASSIGN(outputs, declared_outputs());
    }
    SLIMC_ASSIGN(const Entry entry, entry_for(outputs));
    if (!outputs.empty()) return import_outputs(entry, outputs);

    const Results results = results_of(nodes_, entry.tensor, redirections_);
    SLIMC_TRY(check_whole(results));
    if (results.sinks.size() != 1) return fail(refuse_results(entry, results));
    report_left_out(results, nodes_, reporter_);
    const std::string& name = results.sinks.front()->name();
    return import_outputs(entry, {OutputChoice{name, name, {}}});
  }

 private:
  // A part of a network that reads what is not there may be the rest of it: without it, what is in
  // front of the gap would pass for the result.
  Result<void> check_whole(const Results& results) const {
    Diagnostics problems;
    for (const NodeDef* node : results.broken) {
      for (const NodeReference& input : data_inputs(*node)) {
        if (nodes_.find(input.node) != nullptr) continue;
        problems.add(nodes_.about(*node, "its input '" + input.node + "' does not exist"));
      }
    }
    if (!problems.empty()) return Failure(std::move(problems));
    return {};
  }

  // Those that the file declares. What only chooses among the numbers of another one (the class of
  // an estimator, with its name) is left to the user of those.
  Result<std::vector<OutputChoice>> declared_outputs() const {
    SLIMC_ASSIGN(std::vector<OutputChoice> outputs,
                 named_outputs(nodes_, declared_.tensors, "the file's signature", redirections_));
    for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i].name = declared_.names[i];
    const auto is_choice = [this](const OutputChoice& output) {
      return gives_choice(nodes_, *nodes_.find(output.node));
    };
    if (std::all_of(outputs.begin(), outputs.end(), is_choice)) return outputs;
    for (const OutputChoice& output : outputs) {
      if (!is_choice(output)) continue;
      reporter_.warning({.file = nodes_.file(),
                         .message = "the output '" + output.name +
                                    "' is left out, because it only chooses among the numbers that "
                                    "the network gives"});
    }
    std::erase_if(outputs, is_choice);
    return outputs;
  }

  // What lies in front of the input is not the network's, whatever it is; but a graph that is
  // broken there says so first.
  Result<Entry> entry_for(const std::vector<OutputChoice>& outputs) {
    Result<Entry> entry = find_entry(nodes_, outputs, request_);
    if (entry || outputs.empty()) return entry;
    SLIMC_TRY(nodes_.needed_by(names_of(outputs), {}));
    return entry;
  }

  static std::vector<std::string> names_of(const std::vector<OutputChoice>& outputs) {
    std::vector<std::string> names;
    for (const OutputChoice& output : outputs) names.push_back(output.node);
    return names;
  }

  // The shape of a tensor in the middle of a network is what the network in front of it computes,
  // if slimc can read that.
  Shape shape_in_network(const Entry& entry) const {
    if (request_.input_node.empty() || declares_shape(nodes_, entry)) return {};
    ModelRequest front = request_;
    front.input_node.clear();
    front.output_nodes = {to_string(entry.tensor)};
    SilentReporter silent;
    const auto graph = Importer(nodes_, redirections_, front, open_checkpoint_, silent, {}).run();
    return graph ? graph->op(graph->output()).shape : Shape{};
  }

  Result<ImportState> begin(InputChoice input, const Nodes& needed) {
    const auto variables = std::count_if(needed.begin(), needed.end(),
                                         [](const NodeDef* node) { return is_variable(*node); });
    if (variables > 0) {
      SLIMC_ASSIGN(checkpoint_, open_checkpoint_(static_cast<int>(variables)));
      reporter_.detail(
          fmt::format("{}: weights of {} variables", checkpoint_->index().string(), variables));
    }
    if (checkpoint_ && request_.variables == StoredVariables::Ema) {
      SLIMC_TRY(check_averages(needed, bindings_, *checkpoint_));
    }
    ImportState state{.nodes = nodes_,
                      .bindings = bindings_,
                      .checkpoint = checkpoint_ ? &*checkpoint_ : nullptr,
                      .input = std::move(input),
                      .graph = {},
                      .results = {}};
    state.graph.file = nodes_.file();
    state.graph.form = "TensorFlow";
    return state;
  }

  Result<Graph> import_outputs(const Entry& entry, const std::vector<OutputChoice>& outputs) {
    Result<InputChoice> input = choose_input(nodes_, entry, shape_in_network(entry), request_);
    if (!input) {
      SLIMC_TRY(nodes_.needed_by(names_of(outputs), {}));
      return Failure(std::move(input).error());
    }
    SLIMC_ASSIGN(const Nodes needed, nodes_.needed_by(names_of(outputs), {input->node}));
    SLIMC_TRY(check_supported(nodes_, needed, input->node));
    reporter_.detail(fmt::format("{}: {} of {} nodes are needed for '{}' from '{}' {}",
                                 nodes_.file(), needed.size(), nodes_.def().node_size(),
                                 fmt::join(names_of(outputs), "', '"), input->node,
                                 input->shape.to_string()));
    if (!input->remark.empty()) report_remark(*entry.node, nodes_.file(), *input, reporter_);
    if (input->is_raw) {
      reporter_.detail(
          fmt::format("{}: the image at '{}' is a photograph's bytes, 0 to 255, as floats",
                      nodes_.file(), input->node));
    }
    SLIMC_ASSIGN(ImportState state, begin(std::move(*input), needed));
    Diagnostics problems = convert_nodes(state, needed);
    if (!problems.empty()) return Failure(std::move(problems));
    SLIMC_TRY(add_outputs(state, outputs));
    if (state.input.is_raw) {
      state.graph.pixels = {.scale = {1.0},
                            .offset = {0.0},
                            .source = PixelEncoding::Source::Model,
                            .evidence = "'" + state.input.node + "' holds bytes"};
    }
    if (!request_.input_node.empty() && !data_inputs(*entry.node).empty()) {
      mark_cut_off(state.graph);
    }
    report_weights(needed);
    SLIMC_TRY(check_graph(state.graph));
    return std::move(state.graph);
  }

  void report_weights(const Nodes& needed) const {
    const auto stored = std::count_if(needed.begin(), needed.end(), [](const NodeDef* node) {
      return node->op() == "Dequantize";
    });
    if (stored == 0) return;
    reporter_.warning({.file = nodes_.file(),
                       .message = fmt::format("{} of its weights are stored in 8 bits; they are "
                                              "compiled as the float32 numbers that they stand for",
                                              stored)});
  }

  // What the user calls the results, in the user's order.
  Result<void> add_outputs(ImportState& state, const std::vector<OutputChoice>& outputs) const {
    const bool is_named = !request_.output_nodes.empty() || outputs.size() > 1;
    for (const OutputChoice& output : outputs) {
      const Value* result = std::get_if<Value>(&state.results.at(output.node));
      Value value = result == nullptr ? Value{} : *result;
      if (!output.op.empty()) {
        value = op_of_name(state.graph, output.op);
        if (!value.valid()) {
          return fail({.file = nodes_.file(),
                       .message = "has no node '" + output.op + "', which --output-node names" +
                                  nodes_.proposals(output.op)});
        }
      }
      const bool is_result = value.valid() && state.graph.input.valid() &&
                             state.graph.op(value).kind != OpKind::Constant;
      if (!is_result) {
        return fail(nodes_.about(*nodes_.find(output.node),
                                 "is no result of the network: it has no float32 "
                                 "elements that depend on the input"));
      }
      if (!is_named) {
        state.graph.set_output(value);
        continue;
      }
      const std::size_t before = state.graph.outputs.size();
      state.graph.add_output(output.name, value);
      if (state.graph.outputs.size() == before) {
        reporter_.warning({.file = nodes_.file(),
                           .message = "the output '" + output.name +
                                      "' is the same tensor as another one; it is given once"});
      }
    }
    return {};
  }

  static Value op_of_name(const Graph& graph, const std::string& name) {
    for (std::size_t i = 0; i < graph.ops().size(); ++i) {
      if (graph.ops()[i].name == name) return Value{static_cast<int>(i)};
    }
    return {};
  }

  // None, or several of which only the user can say which ones are meant.
  Diagnostic refuse_results(const Entry& entry, const Results& results) {
    if (results.sinks.empty()) {
      return {.file = nodes_.file(),
              .message = "has no result that depends on '" + to_string(entry.tensor) +
                         "'; --output-node names the network's result"};
    }
    const std::vector<std::string> shapes = shapes_of(entry, results.sinks);
    std::vector<std::string> words;
    for (std::size_t i = 0; i < results.sinks.size() && i < kMaxListed; ++i) {
      const NodeDef& sink = *results.sinks[i];
      words.push_back(fmt::format("'{}' ({}{}{})", sink.name(), sink.op(), shapes[i],
                                  find_converter(sink.op()) == nullptr ? ", not supported" : ""));
    }
    const std::size_t rest = results.sinks.size() - words.size();
    return {.file = nodes_.file(),
            .message = fmt::format(
                "has {} results; --output-node names the network's, and may be given more than "
                "once: {}{}",
                results.sinks.size(), fmt::join(words, ", "),
                rest > 0 ? fmt::format(" and {} more", rest) : "")};
  }

  // ", [1,1001]" where slimc can compute it, else nothing.
  std::vector<std::string> shapes_of(const Entry& entry, const Nodes& sinks) {
    std::vector<std::string> shapes(sinks.size());
    std::vector<std::string> names;
    for (const NodeDef* sink : sinks) names.push_back(sink->name());
    auto input = choose_input(nodes_, entry, shape_in_network(entry), request_);
    if (!input) return shapes;
    const auto needed = nodes_.needed_by(names, {input->node});
    if (!needed) return shapes;
    auto state = begin(std::move(*input), *needed);
    if (!state) return shapes;
    convert_nodes(*state, *needed);
    for (std::size_t i = 0; i < sinks.size(); ++i) {
      const auto result = state->results.find(sinks[i]->name());
      if (result == state->results.end()) continue;
      shapes[i] = ", " + shape_of(state->graph, result->second).to_string();
    }
    return shapes;
  }

  // Enough names to choose from, few enough to read.
  static constexpr std::size_t kMaxListed = 12;

  const NodeGraph& nodes_;
  const Redirections& redirections_;
  const ModelRequest& request_;
  const OpenCheckpoint& open_checkpoint_;
  Reporter& reporter_;
  const DeclaredOutputs& declared_;
  const VariableBindings bindings_;
  std::optional<Checkpoint> checkpoint_;
};

}  // namespace

Result<Graph> import_graph(const tensorflow::GraphDef& def, const std::string& file,
                           const ModelRequest& request, const OpenCheckpoint& open_checkpoint,
                           Reporter& reporter, const DeclaredOutputs& declared) {
  SLIMC_ASSIGN(const InferenceGraph inference, to_inference(def, file, reporter));
  SLIMC_ASSIGN(const NodeGraph nodes, NodeGraph::create(inference.def, file));
  SLIMC_ASSIGN(
      Graph graph,
      Importer(nodes, inference.redirections, request, open_checkpoint, reporter, declared).run());
  for (const NetworkOutput& output : graph.outputs) {
    if (output.value != graph.input) continue;
    return fail(
        {.file = file,
         .message = "the output '" + output.name +
                    "' is the network's input; --output-node names what is computed of it"});
  }
  return graph;
}

}  // namespace slimc::frontend
