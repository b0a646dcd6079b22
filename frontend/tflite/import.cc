#include "frontend/tflite/import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "frontend/listed.h"
#include "frontend/pixels.h"
#include "frontend/tensor_checks.h"
#include "frontend/tflite/convert/converters.h"
#include "frontend/tflite/convert/op_context.h"
#include "frontend/tflite/endpoints.h"
#include "frontend/tflite/metadata.h"
#include "frontend/tflite/number_types.h"
#include "frontend/tflite/subgraph_ops.h"
#include "frontend/tflite/unread_numbers.h"
#include "support/suggestions.h"

namespace slimc::frontend::tflite {
namespace {

// What the file computes, which a user who names no outputs might expect to get.
void report_left_out(const Model& model, const Tensors& tensors, const std::vector<SubgraphOp>& ops,
                     const std::vector<bool>& depends, const std::vector<OutputChoice>& outputs,
                     Reporter& reporter) {
  constexpr std::size_t kMaxListed = 12;
  std::vector<int> left_out;
  for (const int tensor : sinks_of(ops, depends)) {
    const bool is_output =
        std::any_of(outputs.begin(), outputs.end(),
                    [tensor](const OutputChoice& output) { return output.tensor == tensor; });
    if (!is_output) left_out.push_back(tensor);
  }
  if (left_out.empty()) return;
  reporter.warning(
      {.file = model.file(),
       .message = fmt::format("leaves out what the file computes from the image and gives as no "
                              "output: {}; --output-node names what is wanted",
                              listed(left_out, kMaxListed, [&](int tensor) {
                                return described(tensors, ops, tensor);
                              }))});
}

// All that the outputs need must come from the input.
Result<void> check_connected(const Model& model, const Tensors& tensors,
                             const SubgraphChoice& choice, const std::vector<SubgraphOp>& needed,
                             const std::vector<bool>& depends, int input,
                             const std::vector<OutputChoice>& outputs) {
  Diagnostics problems;
  for (const OutputChoice& output : outputs) {
    if (depends[static_cast<std::size_t>(output.tensor)]) continue;
    problems.add(tensors
                     .fail(output.tensor,
                           fmt::format("is no result of the network: it does not depend on the "
                                       "input '{}'",
                                       tensors.name(input)))
                     .value());
  }
  if (!problems.empty()) return Failure(std::move(problems));
  std::vector<bool> is_other_input(static_cast<std::size_t>(tensors.count()));
  for (const std::int64_t declared : choice.inputs) {
    if (declared >= 0 && declared < tensors.count() && declared != input) {
      is_other_input[static_cast<std::size_t>(declared)] = true;
    }
  }
  for (const SubgraphOp& op : needed) {
    for (const int tensor : op.outputs) is_other_input[static_cast<std::size_t>(tensor)] = false;
  }
  for (const SubgraphOp& op : needed) {
    for (const int tensor : op.inputs) {
      if (tensor < 0 || !is_other_input[static_cast<std::size_t>(tensor)]) continue;
      problems.add(Diagnostic{
          .file = model.file(),
          .message =
              fmt::format("what lies behind '{}' is no network of one image: op {} ({}) "
                          "reads '{}', another input of the file, too",
                          tensors.name(input), op.number, name_of(op.code), tensors.name(tensor))});
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

class Importer {
 public:
  Importer(const Model& model, const schema::SubGraph& subgraph, Tensors& tensors,
           InputChoice input)
      : model_(model), subgraph_(subgraph), state_(model, tensors, std::move(input)) {}

  // All ops that slimc does not know at once: a user who has to change a model wants the whole
  // list.
  Result<void> check_supported(const std::vector<SubgraphOp>& ops) {
    Diagnostics problems;
    for (const SubgraphOp& op : ops) {
      const OpContext context = context_of(op);
      if (converter_of(op) == nullptr) {
        problems.add(context.about("is not supported"));
      } else if (op.outputs.size() != 1) {
        problems.add(context.about(fmt::format("has {} outputs, expected 1", op.outputs.size())));
      }
    }
    if (!problems.empty()) return Failure(std::move(problems));
    return {};
  }

  Result<Graph> import(const std::vector<SubgraphOp>& ops, const std::vector<OutputChoice>& outputs,
                       Reporter& reporter) {
    state_.add_input();
    Diagnostics problems;
    std::vector<bool> is_failed(static_cast<std::size_t>(state_.tensors.count()));
    for (const SubgraphOp& op : ops) {
      const auto result = static_cast<std::size_t>(op.outputs.front());
      // An op behind a failed one is no news.
      if (std::any_of(op.inputs.begin(), op.inputs.end(), [&](int tensor) {
            return tensor >= 0 && is_failed[static_cast<std::size_t>(tensor)];
          })) {
        is_failed[result] = true;
        continue;
      }
      auto done = context_of(op).convert(converter_of(op));
      if (done) continue;
      is_failed[result] = true;
      problems.add(std::move(done).error());
    }
    if (!problems.empty()) return Failure(std::move(problems));
    for (const OutputChoice& output : outputs) SLIMC_TRY(add_output(output, reporter));
    SLIMC_TRY(check_graph(state_.graph));
    return std::move(state_.graph);
  }

 private:
  OpContext context_of(const SubgraphOp& op) {
    return {state_, *subgraph_.operators()->Get(static_cast<std::uint32_t>(op.number)), op};
  }

  Converter converter_of(const SubgraphOp& op) const {
    const bool gives_integers =
        !op.outputs.empty() && is_integer(state_.tensors.at(op.outputs.front()).type());
    return gives_integers ? find_integer_converter(op.code.builtin)
                          : find_converter(op.code.builtin);
  }

  Result<void> add_output(const OutputChoice& output, Reporter& reporter) {
    Graph& graph = state_.graph;
    const auto imported = state_.values.find(output.tensor);
    if (imported == state_.values.end() || !std::holds_alternative<Value>(imported->second)) {
      return state_.tensors.fail(output.tensor, "is no result of the network: it is known already");
    }
    Value value = std::get<Value>(imported->second);
    if (!output.op.empty()) {
      const auto& ops = graph.ops();
      const auto named =
          std::find_if(ops.begin(), ops.end(), [&](const Op& op) { return op.name == output.op; });
      if (named == ops.end()) {
        std::vector<std::string> names;
        for (const Op& op : ops) {
          if (op.kind != OpKind::Constant) names.push_back(op.name);
        }
        return model_.fail(fmt::format("has no tensor '{}', which --output-node names{}", output.op,
                                       did_you_mean(output.op, names)));
      }
      value = Value{static_cast<int>(named - ops.begin())};
    }
    for (const NetworkOutput& other : graph.outputs) {
      if (other.value != value) continue;
      reporter.warning({.file = model_.file(),
                        .message = fmt::format("its outputs '{}' and '{}' are the same: there is "
                                               "one, called '{}'",
                                               other.name, output.name, other.name)});
    }
    graph.add_output(output.name, value);
    return {};
  }

  const Model& model_;
  const schema::SubGraph& subgraph_;
  ImportState state_;
};

// What the type of the input, or the file's metadata, says of its numbers.
void set_pixels(const Model& model, const Tensors& tensors, const SubgraphChoice& choice, int input,
                Graph& graph, Reporter& reporter) {
  const schema::TensorType type = tensors.at(input).type();
  if (type == schema::TensorType::FLOAT32) {
    if (choice.inputs != std::vector<std::int64_t>{input}) return;
    const std::int64_t channels = graph.op(graph.input).shape[3];
    if (auto pixels = pixels_of_metadata(model, choice.number, channels, reporter)) {
      graph.pixels = std::move(*pixels);
    }
    return;
  }
  reporter.warning({.file = model.file(),
                    .message = fmt::format("takes its image '{}' as {}: the network takes the same "
                                           "numbers as float32",
                                           tensors.name(input), name_of(type))});
  // INT8 may be a pixel less 128, or half of one.
  if (type == schema::TensorType::INT8) return;
  graph.pixels.scale = {1};
  graph.pixels.offset = {0};
  graph.pixels.source = PixelEncoding::Source::Model;
  graph.pixels.evidence = fmt::format("its image is {}", name_of(type));
}

}  // namespace

Result<Graph> import_model(const Model& model, const ModelRequest& request, Reporter& reporter) {
  SLIMC_ASSIGN(const SubgraphChoice choice, choose_subgraph(model, request, reporter));
  Tensors tensors(model, *choice.subgraph);
  SLIMC_ASSIGN(const std::vector<SubgraphOp> ops, read_ops(model, *choice.subgraph, tensors));
  // A quantised file is called that before it is asked for anything else. Of a mixed one the user
  // may want the float part.
  if (request.output_nodes.empty() && request.input_node.empty()) {
    SLIMC_TRY(check_not_quantised(model, tensors, ops, choice.inputs));
  }
  SLIMC_ASSIGN(const int input_tensor, choose_input(model, tensors, choice, request));
  const std::vector<bool> depends = depends_on(ops, tensors.count(), input_tensor);
  SLIMC_ASSIGN(const std::vector<OutputChoice> outputs,
               choose_outputs(model, tensors, choice, ops, depends, request));
  std::vector<int> output_tensors;
  std::vector<std::string> output_names;
  for (const OutputChoice& output : outputs) {
    output_tensors.push_back(output.tensor);
    output_names.push_back(output.name);
  }
  const std::vector<SubgraphOp> needed =
      needed_ops(ops, tensors.count(), input_tensor, output_tensors);
  SLIMC_TRY(check_not_quantised(model, tensors, needed, {input_tensor}));
  SLIMC_TRY(check_connected(model, tensors, choice, needed, depends, input_tensor, outputs));
  SLIMC_ASSIGN(
      InputChoice input,
      shape_input(tensors, input_tensor, is_raw_input(tensors, needed, input_tensor), request));
  reporter.detail(fmt::format("{}: {} of {} ops are needed for '{}' from '{}' {}", model.file(),
                              needed.size(), ops.size(), fmt::join(output_names, "', '"),
                              tensors.name(input.tensor), input.shape.to_string()));
  Importer importer(model, *choice.subgraph, tensors, std::move(input));
  SLIMC_TRY(importer.check_supported(needed));
  SLIMC_ASSIGN(Graph graph, importer.import(needed, outputs, reporter));
  if (request.output_nodes.empty()) {
    report_left_out(model, tensors, ops, depends, outputs, reporter);
  }
  set_pixels(model, tensors, choice, input_tensor, graph, reporter);
  if (std::count(choice.inputs.begin(), choice.inputs.end(), input_tensor) == 0) {
    mark_cut_off(graph);
  }
  report_weights(model, tensors, reporter);
  report_unread_numbers(model, tensors, ops, reporter);
  return graph;
}

}  // namespace slimc::frontend::tflite
