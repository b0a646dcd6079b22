#include "frontend/keras/import_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "frontend/keras/config_keys.h"
#include "frontend/keras/convert/converters.h"
#include "frontend/keras/input_shape.h"
#include "frontend/keras/model_config.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend {
namespace {

constexpr const char* kInputLayer = "InputLayer";

// Enough names to choose from, few enough to read.
constexpr std::size_t kMaxListed = 12;

Diagnostic about(const std::string& file, const KerasLayer& layer, std::string message) {
  return {.file = file, .subject = "layer '" + layer.path + "'", .message = std::move(message)};
}

const KerasLayer& at(const KerasModel& model, int index) {
  return model.layers[static_cast<std::size_t>(index)];
}

// The layer whose result the network computes.
Result<int> choose_output(const KerasModel& model, const std::string& file,
                          const ModelRequest& request) {
  if (request.output_nodes.empty()) {
    if (model.outputs.size() == 1) return model.outputs.front();
    std::vector<std::string> names;
    for (const int output : model.outputs) {
      if (names.size() < kMaxListed) names.push_back("'" + at(model, output).path + "'");
    }
    return fail({.file = file,
                 .message = fmt::format("has {} outputs; --output-node names the network's: {}",
                                        model.outputs.size(), fmt::join(names, ", "))});
  }
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    if (model.layers[i].path == request.output_nodes.front()) return static_cast<int>(i);
  }
  return fail({.file = file,
               .message = "has no layer '" + request.output_nodes.front() +
                          "' in front of its outputs, which "
                          "--output-node names"});
}

// What the output depends on, itself included; each behind what it reads.
std::vector<int> needed_by(const KerasModel& model, int output) {
  std::vector<bool> needed(model.layers.size());
  needed[static_cast<std::size_t>(output)] = true;
  std::vector<int> result;
  for (int i = output; i >= 0; --i) {
    if (!needed[static_cast<std::size_t>(i)]) continue;
    result.push_back(i);
    for (const int input : at(model, i).inputs) needed[static_cast<std::size_t>(input)] = true;
  }
  std::reverse(result.begin(), result.end());
  return result;
}

// All of them at once: a user who has to change a model wants the whole list.
Result<void> check_supported(const KerasModel& model, const std::vector<int>& needed,
                             const std::string& file) {
  Diagnostics problems;
  for (const int index : needed) {
    const KerasLayer& layer = at(model, index);
    if (layer.class_name == kInputLayer) continue;
    if (find_layer_converter(layer.class_name) == nullptr) {
      problems.add(about(file, layer, "class " + layer.class_name + " is not supported"));
    } else if (layer.inputs.size() != 1) {
      problems.add(about(
          file, layer,
          fmt::format("{} has {} inputs, expected one", layer.class_name, layer.inputs.size())));
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

// With layers of one input each, what an output needs is a chain that begins at an InputLayer.
Result<void> check_input(const KerasLayer& input, const std::string& file,
                         const ModelRequest& request) {
  if (request.input_node.empty() || request.input_node == input.path) return {};
  return fail({.file = file,
               .message = "--input-node " + request.input_node +
                          ": the network's image enters at layer '" + input.path + "'"});
}

void warn_of_unknown_keys(const KerasLayer& layer, const std::string& file, Reporter& reporter) {
  for (const std::string& key : unknown_keys(*layer.config)) {
    reporter.warning(about(file, layer,
                           "has '" + key +
                               "' in its config, which Keras does not write for it; "
                               "it is passed over, and what it may have been is missing"));
  }
}

}  // namespace

Result<Graph> import_keras_model(const std::string& config, const KerasWeights& weights,
                                 const std::string& file, const ModelRequest& request,
                                 Reporter& reporter) {
  SLIMC_ASSIGN(const KerasModel model, parse_model_config(config, file));
  SLIMC_ASSIGN(const int output, choose_output(model, file, request));
  const std::vector<int> chain = needed_by(model, output);
  SLIMC_TRY(check_supported(model, chain, file));
  const KerasLayer& input = at(model, chain.front());
  SLIMC_TRY(check_input(input, file, request));

  KerasImport import{.weights = weights};
  Graph& graph = import.graph;
  graph.file = file;
  Op op;
  op.kind = OpKind::Input;
  op.name = input.path;
  SLIMC_ASSIGN(op.shape, input_shape(input, file, request));
  graph.input = graph.add(std::move(op));
  reporter.detail(fmt::format("{}: {} of {} layers are needed for '{}' from '{}' {}", file,
                              chain.size(), model.layers.size(), at(model, output).path, input.path,
                              graph.op(graph.input).shape.to_string()));

  graph.set_output(graph.input);
  for (std::size_t i = 1; i < chain.size(); ++i) {
    const KerasLayer& layer = at(model, chain[i]);
    warn_of_unknown_keys(layer, file, reporter);
    LayerContext context(layer, import, graph.output());
    Result<Value> result = find_layer_converter(layer.class_name)(context);
    if (!result) {
      import.problems.add(std::move(result).error());
      break;
    }
    graph.set_output(*result);
  }
  if (!import.problems.empty()) return Failure(std::move(import.problems));
  SLIMC_TRY(check_graph(graph));
  return std::move(import.graph);
}

}  // namespace slimc::frontend
