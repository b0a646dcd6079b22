#include "frontend/tensorflow/inference/moving_statistics.h"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/data_type.h"

namespace slimc::frontend {
namespace {

using tensorflow::NodeDef;

// What stands between a statistic and its average is a handful of nodes; the bounds are for graphs
// that are none.
constexpr int kMaxSteps = 16;
constexpr std::size_t kMaxVisited = 64;
constexpr int kMaxInputs = 4;

bool is_any(const std::string& op, std::initializer_list<const char*> ops) {
  return std::find(ops.begin(), ops.end(), op) != ops.end();
}

// Hands its first input on, as far as statistics are concerned.
bool hands_on(const NodeDef& node) {
  return is_any(node.op(), {"Identity", "StopGradient", "Squeeze", "Reshape", "Cast"});
}

// The variable that a tensor is the value of; null if it is none's.
const NodeDef* variable_read_by(const NodeGraph& graph, NodeReference tensor) {
  for (int step = 0; step < kMaxSteps; ++step) {
    const NodeDef* node = graph.find(tensor.node);
    if (node == nullptr) return nullptr;
    if (is_variable(*node)) return node;
    if (!is_any(node->op(), {"Identity", "ReadVariableOp", "Enter", "RefEnter"})) return nullptr;
    const std::vector<NodeReference> inputs = data_inputs(*node);
    if (inputs.empty()) return nullptr;
    tensor = inputs.front();
  }
  return nullptr;
}

bool is_constant(const NodeGraph& graph, const NodeReference& tensor) {
  const NodeDef* node = graph.find(tensor.node);
  return node != nullptr && node->op() == "Const";
}

// An average that training keeps, and the tensor that it is the average of.
struct Update {
  const NodeDef* variable = nullptr;
  NodeReference statistic;
};

// The other operand of an op of which one operand is the variable's value.
std::optional<NodeReference> besides(const NodeGraph& graph, const NodeDef& node,
                                     const NodeDef* variable) {
  const std::vector<NodeReference> inputs = data_inputs(node);
  if (inputs.size() != 2) return std::nullopt;
  for (const std::size_t i : {0, 1}) {
    if (variable_read_by(graph, inputs[i]) == variable) return inputs[1 - i];
  }
  return std::nullopt;
}

// The statistic in (variable - statistic) * (1 - decay), and in variable * decay + statistic *
// (1 - decay), looked for from the result backwards.
std::optional<NodeReference> averaged(const NodeGraph& graph, const NodeReference& result,
                                      const NodeDef* variable) {
  std::vector<NodeReference> open = {result};
  std::set<std::string> seen;
  bool reads_variable = false;
  std::vector<NodeReference> scaled;
  while (!open.empty() && seen.size() < kMaxVisited) {
    const NodeReference tensor = std::move(open.back());
    open.pop_back();
    const NodeDef* node = graph.find(tensor.node);
    if (node == nullptr || node->input_size() > kMaxInputs || !seen.insert(tensor.node).second) {
      continue;
    }
    const std::vector<NodeReference> inputs = data_inputs(*node);
    if (node->op() == "Sub") {
      if (const auto statistic = besides(graph, *node, variable)) return statistic;
    }
    if (node->op() == "Mul" && inputs.size() == 2) {
      if (besides(graph, *node, variable)) {
        reads_variable = true;  // variable * decay
        continue;
      }
      for (const std::size_t i : {0, 1}) {
        const NodeDef* factor = graph.find(inputs[i].node);
        const bool is_sum = factor != nullptr && is_any(factor->op(), {"Sub", "Add", "AddV2"});
        if (is_constant(graph, inputs[1 - i]) && !is_sum) scaled.push_back(inputs[i]);
      }
    }
    if (is_any(node->op(), {"Mul", "Add", "AddV2", "Sub", "Identity", "Cast"})) {
      open.insert(open.end(), inputs.begin(), inputs.end());
    }
  }
  if (reads_variable && scaled.size() == 1) return scaled.front();
  return std::nullopt;
}

std::vector<Update> find_updates(const NodeGraph& graph) {
  std::vector<Update> updates;
  for (const NodeDef& node : graph.def().node()) {
    if (!is_any(node.op(), {"AssignSub", "AssignAdd", "Assign", "AssignSubVariableOp",
                            "AssignAddVariableOp", "AssignVariableOp"})) {
      continue;
    }
    const std::vector<NodeReference> inputs = data_inputs(node);
    if (inputs.size() != 2) continue;
    const NodeDef* variable = variable_read_by(graph, inputs[0]);
    if (variable == nullptr) continue;
    const auto statistic = averaged(graph, inputs[1], variable);
    // Averages of other variables are shadow copies of the weights.
    if (statistic && variable_read_by(graph, *statistic) == nullptr) {
      updates.push_back({variable, *statistic});
    }
  }
  return updates;
}

// A reduction over n, h and w: what moments over a batch are made of.
bool reduces_a_batch(const NodeGraph& graph, const NodeDef& node) {
  if (!is_any(node.op(), {"Mean", "Sum"})) return false;
  const std::vector<NodeReference> inputs = data_inputs(node);
  const NodeDef* axes = inputs.size() < 2 ? nullptr : graph.find(inputs[1].node);
  if (axes == nullptr || axes->op() != "Const") return false;
  const auto value = axes->attr().find("value");
  if (value == axes->attr().end() || !is_integer(value->second.tensor().dtype())) return false;
  const auto shape = to_shape(value->second.tensor().tensor_shape());
  if (!shape || shape->elements() != 3) return false;
  auto integers = to_integers(value->second.tensor());
  if (!integers) return false;
  std::sort(integers->data.begin(), integers->data.end());
  return integers->data == std::vector<std::int64_t>{0, 1, 2} ||
         integers->data == std::vector<std::int64_t>{-4, -3, -2};
}

bool comes_from_a_batch(const NodeGraph& graph, const NodeReference& statistic) {
  std::vector<std::string> open = {statistic.node};
  std::set<std::string> seen;
  while (!open.empty() && seen.size() < kMaxVisited) {
    const std::string name = std::move(open.back());
    open.pop_back();
    const NodeDef* node = graph.find(name);
    if (node == nullptr || node->input_size() > kMaxInputs || !seen.insert(name).second) continue;
    if (reduces_a_batch(graph, *node)) return true;
    if (!hands_on(*node) &&
        !is_any(node->op(), {"Mul", "Add", "AddV2", "Sub", "Square", "RealDiv", "Reciprocal"})) {
      continue;
    }
    for (const NodeReference& input : data_inputs(*node)) open.push_back(input.node);
  }
  return false;
}

// Output 1 or 2 of a FusedBatchNorm where a statistic comes from one: through nodes that hand it
// on, and a correction of the variance by a number (n/(n-1)).
std::optional<NodeReference> fused_output(const NodeGraph& graph, NodeReference tensor) {
  for (int step = 0; step < kMaxSteps; ++step) {
    const NodeDef* node = graph.find(tensor.node);
    if (node == nullptr) return std::nullopt;
    if (is_batch_norm(*node)) {
      return tensor.output == 1 || tensor.output == 2 ? std::optional(tensor) : std::nullopt;
    }
    const std::vector<NodeReference> inputs = data_inputs(*node);
    if (hands_on(*node) && !inputs.empty()) {
      tensor = inputs.front();
    } else if (is_any(node->op(), {"Mul", "RealDiv"}) && inputs.size() == 2) {
      const NodeDef* first = graph.find(inputs[0].node);
      const bool is_factor = first != nullptr && is_any(first->op(), {"Const", "RealDiv", "Cast"});
      tensor = inputs[is_factor && node->op() == "Mul" ? 1 : 0];
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::string scope_of(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? "" : name.substr(0, slash + 1);
}

// Where the variables of a batch norm may lie: beside its gamma or beta; with neither, in the scope
// of the op itself, which slim opens twice ("MobilenetV1/MobilenetV1/Conv2d_0/BatchNorm/").
std::vector<std::string> variable_scopes(const NodeGraph& graph, const NodeDef& batch_norm) {
  const std::vector<NodeReference> inputs = data_inputs(batch_norm);
  for (const std::size_t i : {1, 2}) {
    if (inputs.size() <= i) break;
    if (const NodeDef* variable = variable_read_by(graph, inputs[i])) {
      return {scope_of(variable->name())};
    }
  }
  const std::string scope = scope_of(batch_norm.name());
  std::vector<std::string> scopes = {scope};
  if (const std::size_t slash = scope.find('/'); slash != std::string::npos) {
    scopes.push_back(scope.substr(slash + 1));
  }
  return scopes;
}

const NodeDef* variable_by_name(const NodeGraph& graph, const NodeDef& batch_norm,
                                const std::string& name) {
  for (const std::string& scope : variable_scopes(graph, batch_norm)) {
    const NodeDef* node = graph.find(scope + name);
    if (node != nullptr && is_variable(*node)) return node;
  }
  return nullptr;
}

bool is_training(const NodeDef& batch_norm) {
  const auto attribute = batch_norm.attr().find("is_training");
  return attribute == batch_norm.attr().end() || attribute->second.b();
}

// Old versions give empty constants for the statistics that training does not need.
bool is_empty(const NodeGraph& graph, const NodeReference& tensor) {
  const NodeDef* node = graph.find(tensor.node);
  if (node == nullptr || node->op() != "Const") return false;
  const auto value = node->attr().find("value");
  if (value == node->attr().end()) return false;
  const auto& dims = value->second.tensor().tensor_shape().dim();
  return std::any_of(dims.begin(), dims.end(), [](const auto& dim) { return dim.size() == 0; });
}

// Where the data inputs of a node stand among all of its inputs is the same: orders come last.
void change_to_inference(NodeDef& node, const std::string& mean, const std::string& variance) {
  node.set_input(3, mean);
  node.set_input(4, variance);
  (*node.mutable_attr())["is_training"].set_b(false);
}

}  // namespace

bool is_batch_norm(const NodeDef& node) {
  return is_any(node.op(), {"FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"});
}

int use_moving_statistics(tensorflow::GraphDef& def, const NodeGraph& graph,
                          Redirections& redirections) {
  std::unordered_map<std::string, const NodeDef*> averages;  // by "norm:1", "norm:2"
  for (const Update& update : find_updates(graph)) {
    const NodeReference average{.node = update.variable->name()};
    if (const auto output = fused_output(graph, update.statistic)) {
      averages.emplace(to_string(*output), update.variable);
    } else if (comes_from_a_batch(graph, update.statistic)) {
      // The normalisation may read it in front of the nodes that hand it on, too.
      NodeReference tensor = update.statistic;
      for (int step = 0; step < kMaxSteps; ++step) {
        redirections.add(tensor, average);
        const NodeDef* node = graph.find(tensor.node);
        if (node == nullptr || !hands_on(*node)) break;
        const std::vector<NodeReference> inputs = data_inputs(*node);
        if (inputs.empty()) break;
        tensor = inputs.front();
      }
    }
  }

  int changed = 0;
  for (NodeDef& node : *def.mutable_node()) {
    if (!is_batch_norm(node) || !is_training(node)) continue;
    const std::vector<NodeReference> inputs = data_inputs(node);
    if (inputs.size() < 5 || NodeReference::parse(node.input(4)).control) continue;
    if (!is_empty(graph, inputs[3]) && !is_empty(graph, inputs[4])) {
      // TensorFlow 2 hands the moving statistics in, to update them.
      change_to_inference(node, node.input(3), node.input(4));
      ++changed;
      continue;
    }
    const auto average = [&](int output, const std::string& name) -> const NodeDef* {
      const auto it = averages.find(to_string({.node = node.name(), .output = output}));
      return it != averages.end() ? it->second : variable_by_name(graph, node, name);
    };
    const NodeDef* mean = average(1, "moving_mean");
    const NodeDef* variance = average(2, "moving_variance");
    if (mean == nullptr || variance == nullptr) continue;
    change_to_inference(node, mean->name(), variance->name());
    ++changed;
  }
  return changed;
}

std::vector<std::string> moving_statistics_looked_for(const NodeGraph& graph,
                                                      const NodeDef& batch_norm) {
  std::vector<std::string> names;
  for (const std::string& scope : variable_scopes(graph, batch_norm)) {
    names.push_back(scope + "moving_mean");
    names.push_back(scope + "moving_variance");
  }
  return names;
}

}  // namespace slimc::frontend
