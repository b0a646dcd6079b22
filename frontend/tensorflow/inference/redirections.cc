#include "frontend/tensorflow/inference/redirections.h"

#include <utility>

namespace slimc::frontend {
namespace {

std::string key(const NodeReference& tensor) {
  return tensor.node + ':' + std::to_string(tensor.output);
}

}  // namespace

std::string to_string(const NodeReference& tensor) {
  return tensor.output == 0 ? tensor.node : key(tensor);
}

void Redirections::add(const NodeReference& from, const NodeReference& to) {
  nodes_.insert(from.node);
  to_.emplace(key(from), NodeReference{.node = to.node, .output = to.output});
}

NodeReference Redirections::resolve(NodeReference tensor) const {
  // Hostile graphs can send tensors round in circles; no honest chain is longer than the map.
  for (std::size_t steps = 0; steps <= to_.size(); ++steps) {
    const auto it = to_.find(key(tensor));
    if (it == to_.end()) break;
    tensor = it->second;
  }
  return tensor;
}

void Redirections::apply(tensorflow::GraphDef& def) const {
  if (to_.empty()) return;
  // Each step of a long chain is walked once.
  std::unordered_map<std::string, std::string> resolved;
  for (tensorflow::NodeDef& node : *def.mutable_node()) {
    for (std::string& input : *node.mutable_input()) {
      const NodeReference tensor = NodeReference::parse(input);
      if (tensor.control || to_.count(key(tensor)) == 0) continue;
      const auto [it, is_new] = resolved.try_emplace(key(tensor));
      if (is_new) it->second = to_string(resolve(tensor));
      input = it->second;
    }
  }
}

}  // namespace slimc::frontend
