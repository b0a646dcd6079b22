#include "frontend/tensorflow/inference/branches.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/tensorflow/inference/predicates.h"

namespace slimc::frontend {
namespace {

using tensorflow::NodeDef;

// Branches have two sides; what has far more is looked at as any other op is.
constexpr int kMaxSides = 16;

bool is_merge(const NodeDef& node) {
  return (node.op() == "Merge" || node.op() == "RefMerge") && node.input_size() <= kMaxSides;
}

// What inference never computes. A node is dead where one of its inputs is, data or order of
// execution; a Merge only where all of its data is.
class DeadCode {
 public:
  explicit DeadCode(const NodeGraph& graph) {
    for (const NodeDef& node : graph.def().node()) {
      for (const std::string& input : node.input()) {
        const NodeDef* producer = graph.find(NodeReference::parse(input).node);
        if (producer != nullptr) readers_[producer].push_back(&node);
      }
    }
  }

  // Says that a Switch never gives this output, and follows what that means.
  void kill_output(const NodeDef& node, int output) {
    dead_outputs_.insert(to_string({.node = node.name(), .output = output}));
    follow(node);
  }

  bool is_dead(const NodeReference& input) const {
    return dead_nodes_.count(input.node) != 0 ||
           (!input.control && dead_outputs_.count(to_string(input)) != 0);
  }

 private:
  bool dies(const NodeDef& node) const {
    const auto dead = [this](const NodeReference& input) { return is_dead(input); };
    const std::vector<NodeReference> data = data_inputs(node);
    if (is_merge(node)) return !data.empty() && std::all_of(data.begin(), data.end(), dead);
    return std::any_of(node.input().begin(), node.input().end(),
                       [&](const std::string& input) { return dead(NodeReference::parse(input)); });
  }

  void follow(const NodeDef& start) {
    std::vector<const NodeDef*> open = {&start};
    while (!open.empty()) {
      const NodeDef* node = open.back();
      open.pop_back();
      for (const NodeDef* reader : readers_[node]) {
        if (dead_nodes_.count(reader->name()) != 0 || !dies(*reader)) continue;
        dead_nodes_.insert(reader->name());
        open.push_back(reader);
      }
    }
  }

  std::unordered_map<const NodeDef*, std::vector<const NodeDef*>> readers_;
  std::unordered_set<std::string> dead_outputs_;  // of Switches
  std::unordered_set<std::string> dead_nodes_;
};

}  // namespace

std::vector<std::string> resolve_branches(const NodeGraph& graph, Redirections& redirections) {
  constexpr std::size_t kMaxNamed = 4;
  std::vector<std::string> predicates;
  std::vector<std::pair<const NodeDef*, bool>> decided;
  for (const NodeDef& node : graph.def().node()) {
    if (node.op() != "Switch" && node.op() != "RefSwitch") continue;
    const std::vector<NodeReference> inputs = data_inputs(node);
    if (inputs.size() != 2) continue;
    if (const auto value = predicate_at_inference(graph, inputs[1])) {
      decided.emplace_back(&node, *value);
      const std::string& name = inputs[1].node;
      if (predicates.size() < kMaxNamed &&
          std::find(predicates.begin(), predicates.end(), name) == predicates.end()) {
        predicates.push_back(name);
      }
    }
  }
  if (decided.empty()) return predicates;

  // Output 0 of a Switch is for false, output 1 for true.
  DeadCode dead(graph);
  for (const auto& [node, value] : decided) {
    redirections.add({.node = node->name(), .output = value ? 1 : 0}, data_inputs(*node)[0]);
    dead.kill_output(*node, value ? 0 : 1);
  }
  for (const NodeDef& node : graph.def().node()) {
    if (!is_merge(node)) continue;
    std::vector<NodeReference> live = data_inputs(node);
    const std::size_t all = live.size();
    std::erase_if(live, [&](const NodeReference& input) { return dead.is_dead(input); });
    if (live.size() == 1 && all > 1) redirections.add({.node = node.name()}, live.front());
  }
  return predicates;
}

}  // namespace slimc::frontend
