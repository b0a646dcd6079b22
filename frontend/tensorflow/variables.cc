#include "frontend/tensorflow/variables.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "frontend/tensorflow/data_type.h"

namespace slimc::frontend {
namespace {

using tensorflow::NodeDef;

// The node whose data a reference means, looking through Identity; `output` follows.
const NodeDef* resolve(const NodeGraph& graph, NodeReference& reference) {
  const NodeDef* node = graph.find(reference.node);
  // The bound is for graphs in which identities form a cycle.
  for (int depth = 0; node != nullptr && node->op() == "Identity" && depth < 16; ++depth) {
    const std::vector<NodeReference> inputs = data_inputs(*node);
    if (inputs.empty()) return nullptr;
    reference = inputs.front();
    node = graph.find(reference.node);
  }
  return node;
}

bool is_restore(const NodeDef& node) {
  return node.op() == "RestoreV2" || node.op() == "Restore" || node.op() == "RestoreSlice";
}

// The name of the tensor that is output `index` of a restore op. Partitioned variables (a slice
// specification that is not empty) have none.
std::optional<std::string> restored_name(const NodeGraph& graph, const NodeDef& restore,
                                         int index) {
  const auto string_at = [&](std::size_t input) -> std::optional<std::string> {
    std::vector<NodeReference> inputs = data_inputs(restore);
    if (inputs.size() <= input) return std::nullopt;
    const NodeDef* constant = resolve(graph, inputs[input]);
    if (constant == nullptr || constant->op() != "Const") return std::nullopt;
    const auto value = constant->attr().find("value");
    if (value == constant->attr().end()) return std::nullopt;
    // A list that is shorter than its shape says stands for its last element repeated.
    const auto& strings = value->second.tensor().string_val();
    if (strings.empty() || !to_shape(value->second.tensor().tensor_shape())) return std::nullopt;
    return strings[std::min(index, strings.size() - 1)];
  };
  const auto slice = string_at(2);
  if (slice && !slice->empty()) return std::nullopt;
  return string_at(1);
}

constexpr std::string_view kAverage = "/ExponentialMovingAverage";

std::string without_average(std::string name) {
  if (name.ends_with(kAverage)) name.resize(name.size() - kAverage.size());
  return name;
}

bool is_batch_statistic(std::string_view name) {
  return name.ends_with("/moving_mean") || name.ends_with("/moving_variance");
}

void add_new(std::vector<std::string>& names, std::string name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

}  // namespace

VariableBindings::VariableBindings(const NodeGraph& graph, StoredVariables wanted)
    : wanted_(wanted) {
  for (const NodeDef& node : graph.def().node()) {
    if (node.op() != "Assign" && node.op() != "AssignVariableOp") continue;
    std::vector<NodeReference> inputs = data_inputs(node);
    if (inputs.size() < 2) continue;
    const NodeDef* restore = resolve(graph, inputs[1]);
    if (restore == nullptr || !is_restore(*restore)) continue;
    const auto name = restored_name(graph, *restore, inputs[1].output);
    const NodeDef* variable = resolve(graph, inputs[0]);
    if (name && variable != nullptr) add_new(names_[variable->name()], *name);
  }
}

std::vector<std::string> VariableBindings::stored_names(const NodeDef& variable) const {
  std::vector<std::string> own = {variable.name()};
  // A VarHandleOp's shared name is what TensorFlow 2 stores.
  const auto shared = variable.attr().find("shared_name");
  if (shared != variable.attr().end() && !shared->second.s().empty()) {
    add_new(own, shared->second.s());
  }
  const auto restored = names_.find(variable.name());
  if (wanted_ == StoredVariables::Graph) return restored != names_.end() ? restored->second : own;

  if (restored != names_.end()) {
    for (const std::string& name : restored->second) add_new(own, without_average(name));
  }
  if (wanted_ == StoredVariables::Raw) return own;
  std::vector<std::string> names;
  for (const std::string& name : own) add_new(names, without_average(name) + std::string(kAverage));
  for (const std::string& name : own) {
    if (is_batch_statistic(name)) add_new(names, name);
  }
  return names;
}

}  // namespace slimc::frontend
