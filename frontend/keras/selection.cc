#include "frontend/keras/selection.h"

#include <algorithm>

#include "support/suggestions.h"

namespace slimc::frontend {
namespace {

// An op's name begins with its layer's path.
std::optional<int> find_layer_of_op(const KerasModel& model, const std::string& op) {
  std::optional<int> found;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const std::string& path = model.layers[i].path;
    if (op.size() <= path.size() + 1 || op.compare(0, path.size(), path) != 0 ||
        op[path.size()] != '/') {
      continue;
    }
    if (!found || path.size() > model.at(*found).path.size()) found = static_cast<int>(i);
  }
  return found;
}

}  // namespace

std::vector<std::string> paths_of(const KerasModel& model) {
  std::vector<std::string> paths;
  for (const KerasLayer& layer : model.layers) paths.push_back(layer.path);
  for (const auto& [path, result] : model.models) paths.push_back(path);
  return paths;
}

std::optional<int> find_layer(const KerasModel& model, const std::string& path) {
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    if (model.layers[i].path == path) return static_cast<int>(i);
  }
  for (const auto& [name, result] : model.models) {
    if (name == path) return result;
  }
  return std::nullopt;
}

Result<std::vector<WantedOutput>> choose_outputs(const KerasModel& model, const std::string& file,
                                                 const ModelRequest& request) {
  std::vector<WantedOutput> wanted;
  if (request.output_nodes.empty()) {
    for (const int output : model.outputs) wanted.push_back({model.at(output).path, output});
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

std::vector<int> needed_by(const KerasModel& model, const std::vector<WantedOutput>& wanted,
                           std::optional<int> entry) {
  std::vector<bool> needed(model.layers.size());
  for (const WantedOutput& output : wanted) needed[static_cast<std::size_t>(output.layer)] = true;
  std::vector<int> result;
  for (int i = static_cast<int>(model.layers.size()) - 1; i >= 0; --i) {
    if (!needed[static_cast<std::size_t>(i)]) continue;
    result.push_back(i);
    if (entry == i) continue;
    for (const int input : model.at(i).inputs) needed[static_cast<std::size_t>(input)] = true;
  }
  std::reverse(result.begin(), result.end());
  return result;
}

Result<std::optional<int>> choose_entry(const KerasModel& model,
                                        const std::vector<WantedOutput>& wanted,
                                        const std::string& file, const ModelRequest& request) {
  if (request.input_node.empty()) return std::optional<int>();
  const std::optional<int> entry = find_layer(model, request.input_node);
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
  return entry;
}

}  // namespace slimc::frontend
