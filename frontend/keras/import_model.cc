#include "frontend/keras/import_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "frontend/keras/config_keys.h"
#include "frontend/keras/convert/converters.h"
#include "frontend/keras/input_shape.h"
#include "frontend/keras/layer_calls.h"
#include "frontend/keras/layer_checks.h"
#include "frontend/keras/model_config.h"
#include "frontend/keras/precision.h"
#include "frontend/keras/selection.h"
#include "frontend/pixels.h"
#include "frontend/tensor_checks.h"
#include "support/suggestions.h"

namespace slimc::frontend {
namespace {

constexpr const char* kInputLayer = "InputLayer";

Diagnostic about(const std::string& file, const KerasLayer& layer, std::string message) {
  return {.file = file, .subject = "layer '" + layer.path + "'", .message = std::move(message)};
}

void warn_of_unknown_keys(const KerasLayer& layer, const std::string& file, Reporter& reporter) {
  if (is_arithmetic_layer(layer.class_name)) return;  // any op's own
  for (const std::string& key : unknown_keys(*layer.config)) {
    reporter.warning(about(file, layer,
                           "has '" + key +
                               "' in its config, which Keras does not write for it; "
                               "it is passed over, and what it may have been is missing"));
  }
}

class Importer {
 public:
  Importer(const KerasModel& model, const WeightSource& weights, const std::string& file,
           const ModelRequest& request, Reporter& reporter)
      : model_(model), weights_(weights), file_(file), request_(request), reporter_(reporter) {}

  // `wanted` from `entry`, the --input-node, or from the model's input.
  Result<Graph> import(const std::vector<WantedOutput>& wanted, std::optional<int> entry);

 private:
  Result<Shape> shape_of(int input, std::optional<int> entry, const std::vector<int>& needed);
  Result<Shape> result_shape(int layer, const std::vector<int>& needed);
  std::optional<Shape> shape_of_model_input(int layer);
  Result<void> add_outputs(const std::vector<WantedOutput>& wanted,
                           const std::vector<Value>& results, KerasImport& import);

  const KerasModel& model_;
  const WeightSource& weights_;
  const std::string& file_;
  const ModelRequest& request_;
  Reporter& reporter_;
};

// Of a layer at which the network begins: by what stands in front of it, and where slimc does not
// read that, by what a layer behind it says (Keras 3's build_config).
Result<Shape> Importer::result_shape(int layer, const std::vector<int>& needed) {
  SilentReporter silent;
  ModelRequest request = request_;
  request.input_node.clear();
  const KerasLayer& entry = model_.at(layer);
  const auto in_front = Importer(model_, weights_, file_, request, silent)
                            .import({{entry.path, layer}}, std::nullopt);
  Shape shape;
  if (in_front) {
    shape = in_front->op(in_front->output()).shape;
  } else {
    const nlohmann::json* declared = nullptr;
    for (const int index : needed) {
      const KerasLayer& reader = model_.at(index);
      if (std::find(reader.inputs.begin(), reader.inputs.end(), layer) == reader.inputs.end() ||
          reader.build == nullptr || !reader.build->is_object()) {
        continue;
      }
      const auto it = reader.build->find("input_shape");
      if (it != reader.build->end()) declared = &*it;
    }
    if (declared == nullptr) {
      if (const auto assumed = shape_of_model_input(layer)) return *assumed;
      Diagnostics problems(about(
          file_, entry,
          "is where --input-node lets the network begin; the shape of its result is not known, "
          "because slimc does not read what stands in front of it"));
      problems.add(in_front.error());
      return Failure(std::move(problems));
    }
    const nlohmann::json config = {{"batch_shape", *declared}};
    KerasLayer input = entry;
    input.config = &config;
    return input_shape(input, file_, request_);
  }
  if (shape.rank() == 4) return shape;
  return fail(about(file_, entry,
                    "gives " + shape.to_string() + "; --input-node expects an image, [n,h,w,c]"));
}

// What stands between the model's input and a layer, and cannot be read, mostly swaps channels or
// scales: it is taken to keep the size, which is said.
std::optional<Shape> Importer::shape_of_model_input(int layer) {
  int at = layer;
  while (model_.at(at).inputs.size() == 1) at = model_.at(at).inputs.front();
  const KerasLayer& input = model_.at(at);
  if (input.class_name != kInputLayer) return std::nullopt;
  const Result<Shape> shape = input_shape(input, file_, request_);
  if (!shape) return std::nullopt;
  reporter_.warning(about(file_, model_.at(layer),
                          "is taken to give " + shape->to_string() +
                              " like the model's input, because slimc does not read what stands "
                              "in front of it"));
  return *shape;
}

Result<Shape> Importer::shape_of(int input, std::optional<int> entry,
                                 const std::vector<int>& needed) {
  const KerasLayer& layer = model_.at(input);
  if (entry && layer.class_name != kInputLayer) return result_shape(input, needed);
  return input_shape(layer, file_, request_);
}

Result<void> Importer::add_outputs(const std::vector<WantedOutput>& wanted,
                                   const std::vector<Value>& results, KerasImport& import) {
  Graph& graph = import.graph;
  Diagnostics problems;
  for (const WantedOutput& output : wanted) {
    Value value = results[static_cast<std::size_t>(output.layer)];
    const std::string& path = model_.at(output.layer).path;
    const bool is_model = find_layer(model_, output.name).has_value();
    if (output.name != path && !is_model) {
      value = Value{};
      std::vector<std::string> names = paths_of(model_);
      for (std::size_t i = 0; i < graph.ops().size(); ++i) {
        const Op& op = graph.ops()[i];
        if (op.kind == OpKind::Constant) continue;
        names.push_back(op.name);
        if (op.name == output.name) value = Value{static_cast<int>(i)};
      }
      for (const auto& [name, named] : import.names) {
        names.push_back(name);
        if (name == output.name) value = named;
      }
      if (!value.valid()) {
        problems.add({.file = file_,
                      .message = "--output-node " + output.name + ": layer '" + path +
                                 "' has no op of this name" + did_you_mean(output.name, names)});
        continue;
      }
    }
    const std::size_t before = graph.outputs.size();
    graph.add_output(output.name, value);
    if (graph.outputs.size() == before) {
      reporter_.warning(
          {.file = file_,
           .message = "its output '" + output.name + "' is the same as another, and is left out"});
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

Result<Graph> Importer::import(const std::vector<WantedOutput>& wanted, std::optional<int> entry) {
  const std::vector<int> needed = needed_by(model_, wanted, entry);
  KerasImport import{.weights = weights_, .version = model_.version};
  Graph& graph = import.graph;
  graph.file = file_;
  graph.form = "Keras";
  SLIMC_TRY(check_supported(model_, needed, entry, import));
  SLIMC_TRY(check_precision(model_, needed, file_, reporter_));
  SLIMC_ASSIGN(const int first, find_input(model_, needed, entry, file_));
  const KerasLayer& input = model_.at(first);
  if (first != entry) SLIMC_TRY(check_byte_input(model_, needed, first, file_, reporter_));

  Op op;
  op.kind = OpKind::Input;
  op.name = input.path;
  SLIMC_ASSIGN(op.shape, shape_of(first, entry, needed));
  graph.input = graph.add(std::move(op));
  std::vector<std::string> names;
  for (const WantedOutput& output : wanted) names.push_back("'" + output.name + "'");
  reporter_.detail(fmt::format("{}: {} of {} layers are needed for {} from '{}' {}", file_,
                               needed.size(), model_.layers.size(), fmt::join(names, ", "),
                               input.path, graph.op(graph.input).shape.to_string()));

  std::vector<Value> results(model_.layers.size());
  results[static_cast<std::size_t>(first)] = graph.input;
  for (const int index : needed) {
    if (index == first) continue;
    const KerasLayer& layer = model_.at(index);
    warn_of_unknown_keys(layer, file_, reporter_);
    const Value from = results[static_cast<std::size_t>(layer.inputs.front())];
    if (!from.valid()) continue;  // behind a layer that failed
    LayerContext context(layer, import, from);
    Result<Value> result = find_layer_converter(layer.class_name)(context);
    if (!result) {
      import.problems.add(std::move(result).error());
      continue;
    }
    results[static_cast<std::size_t>(index)] = *result;
  }
  if (!import.problems.empty()) return Failure(std::move(import.problems));
  if (input.class_name != kInputLayer) mark_cut_off(graph);
  SLIMC_TRY(add_outputs(wanted, results, import));
  SLIMC_TRY(check_graph(graph));
  return std::move(import.graph);
}

}  // namespace

Result<Graph> import_keras_model(const KerasDescription& description, const WeightSource& weights,
                                 const std::string& file, const ModelRequest& request,
                                 Reporter& reporter) {
  SLIMC_ASSIGN(const KerasModel model,
               parse_model_config(description.config, file, description.version));
  SLIMC_ASSIGN(const std::vector<WantedOutput> wanted, choose_outputs(model, file, request));
  SLIMC_ASSIGN(const std::optional<int> entry, choose_entry(model, wanted, file, request));
  return Importer(model, weights, file, request, reporter).import(wanted, entry);
}

}  // namespace slimc::frontend
