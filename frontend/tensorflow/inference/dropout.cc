#include "frontend/tensorflow/inference/dropout.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace slimc::frontend {
namespace {

using tensorflow::NodeDef;

bool is_random(const std::string& op) {
  static const std::set<std::string> ops = {"RandomUniform", "StatelessRandomUniform",
                                            "StatelessRandomUniformV2"};
  return ops.count(op) != 0;
}

// What lies between the random numbers and the mask.
bool makes_masks(const std::string& op) {
  static const std::set<std::string> ops = {"Add",     "AddV2", "Cast",         "Floor",
                                            "Greater", "Less",  "GreaterEqual", "LessEqual",
                                            "Mul",     "Sub",   "Identity"};
  return ops.count(op) != 0;
}

// The mask of a dropout is ten nodes of one or two inputs; the bounds are for graphs that are none.
constexpr int kMaxMaskNodes = 32;
constexpr int kMaxInputs = 4;

bool is_mask(const NodeGraph& graph, const NodeReference& tensor) {
  std::vector<std::string> open = {tensor.node};
  std::set<std::string> seen;
  while (!open.empty() && static_cast<int>(seen.size()) < kMaxMaskNodes) {
    const std::string name = std::move(open.back());
    open.pop_back();
    const NodeDef* node = graph.find(name);
    if (node == nullptr || !seen.insert(name).second) continue;
    if (is_random(node->op())) return true;
    if (!makes_masks(node->op()) || node->input_size() > kMaxInputs) continue;
    for (const NodeReference& input : data_inputs(*node)) open.push_back(input.node);
  }
  return false;
}

// Zeros and ones: random numbers that were rounded or compared, not a random factor.
bool is_binary_mask(const NodeGraph& graph, const NodeReference& tensor) {
  const NodeDef* node = graph.find(tensor.node);
  return node != nullptr && (node->op() == "Floor" || node->op() == "Cast") &&
         is_mask(graph, tensor);
}

std::string scope_of(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? "" : name.substr(0, slash);
}

// Whether a tensor is a number that does not come from the image: constants, keep_prob, and
// arithmetic with them.
bool is_number(const NodeGraph& graph, const NodeReference& tensor, int depth = 0) {
  const NodeDef* node = graph.find(tensor.node);
  if (node == nullptr || depth > 4 || node->input_size() > kMaxInputs) return false;
  const std::string& op = node->op();
  if (op == "Const" || op == "Placeholder" || op == "PlaceholderWithDefault") {
    for (const char* name : {"shape", "value"}) {
      const auto it = node->attr().find(name);
      if (it == node->attr().end()) continue;
      const auto& shape =
          it->second.has_tensor() ? it->second.tensor().tensor_shape() : it->second.shape();
      return shape.dim_size() == 0;
    }
    return true;
  }
  if (op != "Sub" && op != "RealDiv" && op != "Div" && op != "Identity") return false;
  for (const NodeReference& input : data_inputs(*node)) {
    if (!is_number(graph, input, depth + 1)) return false;
  }
  return true;
}

// Whether a number and a mask are made of one number: keep_prob, or the rate.
bool share_a_number(const NodeGraph& graph, const NodeReference& number, const NodeReference& mask,
                    int depth = 0) {
  const NodeDef* of_number = graph.find(number.node);
  const NodeDef* of_mask = graph.find(mask.node);
  if (of_number == nullptr || of_mask == nullptr || depth > 3) return false;
  if (number.node == mask.node) return true;
  if (of_number->input_size() > kMaxInputs || of_mask->input_size() > kMaxInputs) return false;
  for (const NodeReference& input : data_inputs(*of_number)) {
    if (share_a_number(graph, input, mask, depth + 1)) return true;
  }
  if (!makes_masks(of_mask->op())) return false;
  for (const NodeReference& input : data_inputs(*of_mask)) {
    if (share_a_number(graph, number, input, depth + 1)) return true;
  }
  return false;
}

// The tensor in front of the scaling by 1/keep_prob, which dropout does in its own scope, or at
// least by its own number.
NodeReference without_scale(const NodeGraph& graph, const NodeReference& scaled,
                            const NodeReference& mask, const NodeDef& dropout) {
  const NodeDef* node = graph.find(scaled.node);
  if (node == nullptr) return scaled;
  const std::vector<NodeReference> inputs = data_inputs(*node);
  if (inputs.size() != 2) return scaled;
  const auto is_its_scale = [&](const NodeReference& number) {
    return is_number(graph, number) && (scope_of(node->name()) == scope_of(dropout.name()) ||
                                        share_a_number(graph, number, mask));
  };
  const bool divides = node->op() == "RealDiv" || node->op() == "Div";
  if ((divides || node->op() == "Mul") && is_its_scale(inputs[1])) return inputs[0];
  if (node->op() == "Mul" && is_its_scale(inputs[0])) return inputs[1];
  return scaled;
}

std::optional<NodeReference> input_of_dropout(const NodeGraph& graph, const NodeDef& node) {
  const std::vector<NodeReference> inputs = data_inputs(node);
  if (node.op() == "Mul" && inputs.size() == 2) {
    for (const std::size_t mask : {1, 0}) {
      if (is_binary_mask(graph, inputs[mask])) {
        return without_scale(graph, inputs[1 - mask], inputs[mask], node);
      }
    }
  }
  if ((node.op() == "SelectV2" || node.op() == "Select") && inputs.size() == 3 &&
      is_mask(graph, inputs[0])) {
    return without_scale(graph, inputs[1], inputs[0], node);
  }
  return std::nullopt;
}

}  // namespace

void remove_dropout(const NodeGraph& graph, Redirections& redirections) {
  for (const NodeDef& node : graph.def().node()) {
    if (const auto input = input_of_dropout(graph, node)) {
      redirections.add({.node = node.name()}, *input);
    }
  }
}

}  // namespace slimc::frontend
