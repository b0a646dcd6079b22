#include "frontend/keras/layer_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "frontend/keras/convert/converters.h"
#include "frontend/keras/layer_calls.h"

namespace slimc::frontend {
namespace {

constexpr const char* kInputLayer = "InputLayer";

Diagnostic about(const std::string& file, const KerasLayer& layer, std::string message) {
  return {.file = file, .subject = "layer '" + layer.path + "'", .message = std::move(message)};
}

// Layers that a model applies otherwise when it is trained.
bool differs_in_training(const KerasLayer& layer) {
  return layer.class_name.rfind("BatchNormalization", 0) == 0 ||
         find_layer_converter(layer.class_name) == convert_training_layer;
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

}  // namespace

// All of them at once: a user who has to change a model wants the whole list.
Result<void> check_supported(const KerasModel& model, const std::vector<int>& needed,
                             std::optional<int> entry, KerasImport& import) {
  Diagnostics problems;
  const std::string& file = import.graph.file;
  for (const int index : needed) {
    const KerasLayer& layer = model.at(index);
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

Result<int> find_input(const KerasModel& model, const std::vector<int>& needed,
                       std::optional<int> entry, const std::string& file) {
  std::vector<int> inputs;
  for (const int index : needed) {
    if (index == entry || model.at(index).inputs.empty()) inputs.push_back(index);
  }
  if (inputs.size() == 1) return inputs.front();
  std::vector<std::string> names;
  for (const int index : inputs) names.push_back("'" + model.at(index).path + "'");
  return fail({.file = file,
               .message = fmt::format("reads {} inputs: {}; slimc compiles networks of one image",
                                      inputs.size(), fmt::join(names, ", "))});
}

Result<void> check_byte_input(const KerasModel& model, const std::vector<int>& needed, int input,
                              const std::string& file, Reporter& reporter) {
  const KerasLayer& image = model.at(input);
  const auto type = image.config->find("dtype");
  if (image.class_name != kInputLayer || type == image.config->end() || *type != "uint8") return {};
  for (const int index : needed) {
    const KerasLayer& layer = model.at(index);
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

}  // namespace slimc::frontend
