#include "frontend/keras/import_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/support/suggestions.h"
#include "frontend/keras/config_keys.h"
#include "frontend/keras/convert/converters.h"
#include "frontend/keras/input_shape.h"
#include "frontend/keras/layer_calls.h"
#include "frontend/keras/model_config.h"
#include "frontend/keras/precision.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend {
namespace {

constexpr const char* kInputLayer = "InputLayer";

Diagnostic about(const std::string& file, const KerasLayer& layer, std::string message) {
  return {.file = file, .subject = "layer '" + layer.path + "'", .message = std::move(message)};
}

const KerasLayer& at(const KerasModel& model, int index) {
  return model.layers[static_cast<std::size_t>(index)];
}

// A result that the network gives: by the name that was asked for, or the layer's.
struct Wanted {
  std::string name;
  int layer = 0;
};

std::vector<std::string> paths_of(const KerasModel& model) {
  std::vector<std::string> paths;
  for (const KerasLayer& layer : model.layers) paths.push_back(layer.path);
  for (const auto& [path, result] : model.models) paths.push_back(path);
  return paths;
}

// The layer of this path, or the last one of the model of this path.
std::optional<int> find_layer(const KerasModel& model, const std::string& path) {
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    if (model.layers[i].path == path) return static_cast<int>(i);
  }
  for (const auto& [name, result] : model.models) {
    if (name == path) return result;
  }
  return std::nullopt;
}

// An op's name begins with its layer's path.
std::optional<int> find_layer_of_op(const KerasModel& model, const std::string& op) {
  std::optional<int> found;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const std::string& path = model.layers[i].path;
    if (op.size() <= path.size() + 1 || op.compare(0, path.size(), path) != 0 ||
        op[path.size()] != '/') {
      continue;
    }
    if (!found || path.size() > at(model, *found).path.size()) found = static_cast<int>(i);
  }
  return found;
}

Result<std::vector<Wanted>> choose_outputs(const KerasModel& model, const std::string& file,
                                           const ModelRequest& request) {
  std::vector<Wanted> wanted;
  if (request.output_nodes.empty()) {
    for (const int output : model.outputs) wanted.push_back({at(model, output).path, output});
    return wanted;
  }
  Diagnostics problems;
  for (const std::string& name : request.output_nodes) {
    std::optional<int> layer = find_layer(model, name);
    if (!layer) layer = find_layer_of_op(model, name);
    if (layer) {
      wanted.push_back({name, *layer});
    } else {
      problems.add({.file = file,
                    .message = "has no layer '" + name +
                               "' in front of its outputs, which --output-node names" +
                               did_you_mean(name, paths_of(model))});
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return wanted;
}

// What the layers depend on, themselves included; each behind what it reads. What `entry` depends
// on is left out.
std::vector<int> needed_by(const KerasModel& model, const std::vector<Wanted>& wanted,
                           std::optional<int> entry) {
  std::vector<bool> needed(model.layers.size());
  for (const Wanted& output : wanted) needed[static_cast<std::size_t>(output.layer)] = true;
  std::vector<int> result;
  for (int i = static_cast<int>(model.layers.size()) - 1; i >= 0; --i) {
    if (!needed[static_cast<std::size_t>(i)]) continue;
    result.push_back(i);
    if (entry == i) continue;
    for (const int input : at(model, i).inputs) needed[static_cast<std::size_t>(input)] = true;
  }
  std::reverse(result.begin(), result.end());
  return result;
}

// Layers that a model applies otherwise when it is trained.
bool differs_in_training(const KerasLayer& layer) {
  return layer.class_name.rfind("BatchNormalization", 0) == 0 ||
         find_layer_converter(layer.class_name) == convert_training_layer;
}

// All of them at once: a user who has to change a model wants the whole list.
Result<void> check_supported(const KerasModel& model, const std::vector<int>& needed,
                             std::optional<int> entry, KerasImport& import) {
  Diagnostics problems;
  const std::string& file = import.graph.file;
  for (const int index : needed) {
    const KerasLayer& layer = at(model, index);
    if (layer.class_name == kInputLayer || index == entry) continue;
    if (auto known = check_activation(LayerContext(layer, import, Value{})); !known) {
      problems.add(std::move(known).error());
    }
    if (find_layer_converter(layer.class_name) == nullptr ||
        (layer.inputs.size() > 1 && is_arithmetic_layer(layer.class_name))) {
      problems.add(about(
          file, layer,
          "class " + layer.class_name + " is not supported" + hint_for_class(layer.class_name)));
    } else if (layer.inputs.size() != 1) {
      problems.add(about(
          file, layer,
          fmt::format("{} has {} inputs, expected one", layer.class_name, layer.inputs.size())));
    } else if (layer.call != nullptr && differs_in_training(layer)) {
      const auto* training = read_call(*layer.call).argument(1, {"training"});
      if (training != nullptr && *training == true) {
        problems.add(about(file, layer,
                           "is called with training=True; slimc compiles inference, where it "
                           "computes something else"));
      }
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

// The only layer without inputs among those that are needed.
Result<int> find_input(const KerasModel& model, const std::vector<int>& needed,
                       std::optional<int> entry, const std::string& file) {
  std::vector<int> inputs;
  for (const int index : needed) {
    if (index == entry || at(model, index).inputs.empty()) inputs.push_back(index);
  }
  if (inputs.size() == 1) return inputs.front();
  std::vector<std::string> names;
  for (const int index : inputs) names.push_back("'" + at(model, index).path + "'");
  return fail({.file = file,
               .message = fmt::format("reads {} inputs: {}; slimc compiles networks of one image",
                                      inputs.size(), fmt::join(names, ", "))});
}

// Layers that make floats of whatever numbers they read.
bool makes_floats(const KerasLayer& layer) {
  if (layer.class_name == "Rescaling" || layer.class_name == "Normalization" ||
      layer.class_name == "TrueDivide" || layer.class_name == "Cast") {
    return true;
  }
  if (layer.class_name != "TFOpLambda") return false;
  const auto function = layer.config->find("function");
  return function != layer.config->end() && (*function == "math.truediv" || *function == "cast");
}

// A network of bytes computes what it does of floats, unless it computes with bytes.
Result<void> check_byte_input(const KerasModel& model, const std::vector<int>& needed, int input,
                              const std::string& file, Reporter& reporter) {
  const KerasLayer& image = at(model, input);
  const auto type = image.config->find("dtype");
  if (image.class_name != kInputLayer || type == image.config->end() || *type != "uint8") return {};
  for (const int index : needed) {
    const KerasLayer& layer = at(model, index);
    if (std::find(layer.inputs.begin(), layer.inputs.end(), input) == layer.inputs.end()) continue;
    if (makes_floats(layer)) continue;
    return fail(about(file, layer,
                      layer.class_name + " computes with bytes, as '" + image.path +
                          "' is of type uint8; slimc reads models that make them floats at once "
                          "(Rescaling)"));
  }
  reporter.warning(about(file, image,
                         "the input is of type uint8; the compiled network takes the same numbers "
                         "as floats, and its run_u8 takes bytes"));
  return {};
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
  Result<Graph> import(const std::vector<Wanted>& wanted, std::optional<int> entry);

 private:
  Result<Shape> shape_of(int input, std::optional<int> entry, const std::vector<int>& needed);
  Result<Shape> result_shape(int layer, const std::vector<int>& needed);
  Result<void> add_outputs(const std::vector<Wanted>& wanted, const std::vector<Value>& results,
                           KerasImport& import);

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
  const KerasLayer& entry = at(model_, layer);
  const auto in_front = Importer(model_, weights_, file_, request, silent)
                            .import({{entry.path, layer}}, std::nullopt);
  Shape shape;
  if (in_front) {
    shape = in_front->op(in_front->output()).shape;
  } else {
    const nlohmann::json* declared = nullptr;
    for (const int index : needed) {
      const KerasLayer& reader = at(model_, index);
      if (std::find(reader.inputs.begin(), reader.inputs.end(), layer) == reader.inputs.end() ||
          reader.build == nullptr || !reader.build->is_object()) {
        continue;
      }
      const auto it = reader.build->find("input_shape");
      if (it != reader.build->end()) declared = &*it;
    }
    if (declared == nullptr) {
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

Result<Shape> Importer::shape_of(int input, std::optional<int> entry,
                                 const std::vector<int>& needed) {
  const KerasLayer& layer = at(model_, input);
  if (entry && layer.class_name != kInputLayer) return result_shape(input, needed);
  return input_shape(layer, file_, request_);
}

Result<void> Importer::add_outputs(const std::vector<Wanted>& wanted,
                                   const std::vector<Value>& results, KerasImport& import) {
  Graph& graph = import.graph;
  Diagnostics problems;
  for (const Wanted& output : wanted) {
    Value value = results[static_cast<std::size_t>(output.layer)];
    const std::string& path = at(model_, output.layer).path;
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

Result<Graph> Importer::import(const std::vector<Wanted>& wanted, std::optional<int> entry) {
  const std::vector<int> needed = needed_by(model_, wanted, entry);
  KerasImport import{.weights = weights_, .version = model_.version};
  Graph& graph = import.graph;
  graph.file = file_;
  graph.form = "Keras";
  SLIMC_TRY(check_supported(model_, needed, entry, import));
  SLIMC_TRY(check_precision(model_, needed, file_, reporter_));
  SLIMC_ASSIGN(const int first, find_input(model_, needed, entry, file_));
  const KerasLayer& input = at(model_, first);
  if (first != entry) SLIMC_TRY(check_byte_input(model_, needed, first, file_, reporter_));

  Op op;
  op.kind = OpKind::Input;
  op.name = input.path;
  SLIMC_ASSIGN(op.shape, shape_of(first, entry, needed));
  graph.input = graph.add(std::move(op));
  std::vector<std::string> names;
  for (const Wanted& output : wanted) names.push_back("'" + output.name + "'");
  reporter_.detail(fmt::format("{}: {} of {} layers are needed for {} from '{}' {}", file_,
                               needed.size(), model_.layers.size(), fmt::join(names, ", "),
                               input.path, graph.op(graph.input).shape.to_string()));

  std::vector<Value> results(model_.layers.size());
  results[static_cast<std::size_t>(first)] = graph.input;
  for (const int index : needed) {
    if (index == first) continue;
    const KerasLayer& layer = at(model_, index);
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
  SLIMC_ASSIGN(const std::vector<Wanted> wanted, choose_outputs(model, file, request));
  std::optional<int> entry;
  if (!request.input_node.empty()) {
    entry = find_layer(model, request.input_node);
    if (!entry) {
      return fail({.file = file,
                   .message = "has no layer '" + request.input_node +
                              "' in front of its outputs, which --input-node names" +
                              did_you_mean(request.input_node, paths_of(model))});
    }
    const std::vector<int> needed = needed_by(model, wanted, entry);
    if (std::find(needed.begin(), needed.end(), *entry) == needed.end()) {
      return fail(
          {.file = file,
           .message = "--input-node " + request.input_node + ": the output does not depend on it"});
    }
  }
  return Importer(model, weights, file, request, reporter).import(wanted, entry);
}

}  // namespace slimc::frontend
