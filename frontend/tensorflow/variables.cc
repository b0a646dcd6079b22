#include "frontend/tensorflow/variables.h"

#include <algorithm>
#include <optional>

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

// The name of the tensor that is output `index` of a RestoreV2 node. Partitioned variables (a
// slice specification that is not empty) have none.
std::optional<std::string> restored_name(const NodeGraph& graph, const NodeDef& restore,
                                         int index) {
  const auto string_at = [&](std::size_t input) -> std::optional<std::string> {
    std::vector<NodeReference> inputs = data_inputs(restore);
    if (inputs.size() <= input) return std::nullopt;
    const NodeDef* constant = resolve(graph, inputs[input]);
    if (constant == nullptr || constant->op() != "Const") return std::nullopt;
    const auto value = constant->attr().find("value");
    if (value == constant->attr().end()) return std::nullopt;
    const auto strings = to_strings(value->second.tensor());
    if (!strings || index >= static_cast<int>(strings->size())) return std::nullopt;
    return (*strings)[static_cast<std::size_t>(index)];
  };
  const auto slice = string_at(2);
  if (slice && !slice->empty()) return std::nullopt;
  return string_at(1);
}

}  // namespace

VariableBindings::VariableBindings(const NodeGraph& graph) {
  for (const NodeDef& node : graph.def().node()) {
    if (node.op() != "Assign" && node.op() != "AssignVariableOp") continue;
    std::vector<NodeReference> inputs = data_inputs(node);
    if (inputs.size() < 2) continue;
    const NodeDef* restore = resolve(graph, inputs[1]);
    if (restore == nullptr || restore->op() != "RestoreV2") continue;
    const auto name = restored_name(graph, *restore, inputs[1].output);
    if (!name) continue;
    std::vector<std::string>& names = names_[inputs[0].node];
    if (std::find(names.begin(), names.end(), *name) == names.end()) names.push_back(*name);
  }
}

std::vector<std::string> VariableBindings::stored_names(const NodeDef& variable) const {
  const auto it = names_.find(variable.name());
  if (it != names_.end()) return it->second;
  // A VarHandleOp's shared name is what TensorFlow 2 stores.
  std::vector<std::string> names = {variable.name()};
  const auto shared = variable.attr().find("shared_name");
  if (shared != variable.attr().end() && !shared->second.s().empty() &&
      shared->second.s() != variable.name()) {
    names.push_back(shared->second.s());
  }
  return names;
}

}  // namespace slimc::frontend
