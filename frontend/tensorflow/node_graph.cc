#include "frontend/tensorflow/node_graph.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "support/suggestions.h"

namespace slimc::frontend {

using tensorflow::NodeDef;

NodeReference NodeReference::parse(std::string_view text) {
  NodeReference reference;
  if (text.starts_with('^')) {
    reference.control = true;
    text.remove_prefix(1);
  }
  // Only a number behind the last colon is an output.
  if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    const char* end = text.data() + text.size();
    int output = 0;
    const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, output);
    if (error == std::errc() && stopped == end && output >= 0) {
      reference.output = output;
      text = text.substr(0, colon);
    }
  }
  reference.node = text;
  return reference;
}

std::vector<NodeReference> data_inputs(const NodeDef& node) {
  std::vector<NodeReference> references;
  for (const std::string& input : node.input()) {
    NodeReference reference = NodeReference::parse(input);
    if (!reference.control) references.push_back(std::move(reference));
  }
  return references;
}

Result<NodeGraph> NodeGraph::create(const tensorflow::GraphDef& def, std::string file) {
  NodeGraph graph(def, std::move(file));
  Diagnostics problems;
  for (const NodeDef& node : def.node()) {
    if (!graph.by_name_.emplace(node.name(), &node).second) {
      problems.add(graph.about(node, "there are two nodes of this name"));
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return graph;
}

const NodeDef* NodeGraph::find(const std::string& name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? nullptr : it->second;
}

Diagnostic NodeGraph::about(const NodeDef& node, std::string message) const {
  return {.file = file_, .subject = "node '" + node.name() + "'", .message = std::move(message)};
}

namespace {

// "'a' -> 'b' -> 'a'", each node an input of the one before it; long cycles are cut.
std::string describe_cycle(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  std::string words;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i)
    words += "'" + names[i] + "' -> ";
  if (names.size() > kShown) words += "... -> ";
  return words + "'" + names.front() + "'";
}

}  // namespace

std::vector<const NodeDef*> NodeGraph::walk(const std::vector<std::string>& outputs,
                                            const std::unordered_set<std::string>& stop,
                                            Diagnostics& problems) const {
  // Depth-first with a stack of its own: a chain of a million nodes is a valid file.
  struct Frame {
    const NodeDef* node;
    std::vector<NodeReference> inputs;
    std::size_t next = 0;
  };
  enum class State { Open, Done };
  std::unordered_map<const NodeDef*, State> states;
  std::vector<Frame> stack;
  std::vector<const NodeDef*> order;

  const auto enter = [&](const NodeDef* node) {
    states[node] = State::Open;
    const bool is_end = stop.count(node->name()) != 0;
    stack.push_back({node, is_end ? std::vector<NodeReference>{} : data_inputs(*node)});
  };
  const auto report_cycle = [&](const NodeDef* back_to) {
    const auto first = std::find_if(stack.begin(), stack.end(),
                                    [&](const Frame& frame) { return frame.node == back_to; });
    std::vector<std::string> names;
    for (auto it = first; it != stack.end(); ++it) names.push_back(it->node->name());
    problems.add(about(*back_to, "is on a cycle: " + describe_cycle(names)));
  };

  std::size_t next_output = 0;
  while (true) {
    if (stack.empty()) {
      if (next_output == outputs.size()) break;
      const NodeDef* output = find(outputs[next_output++]);
      if (output != nullptr && states.count(output) == 0) enter(output);
      continue;
    }
    Frame& frame = stack.back();
    if (frame.next == frame.inputs.size()) {
      states[frame.node] = State::Done;
      order.push_back(frame.node);
      stack.pop_back();
      continue;
    }
    const std::string& name = frame.inputs[frame.next++].node;
    const NodeDef* input = find(name);
    if (input == nullptr) {
      problems.add(about(*frame.node, "its input '" + name + "' does not exist"));
    } else if (const auto state = states.find(input); state == states.end()) {
      enter(input);
    } else if (state->second == State::Open) {
      report_cycle(input);
    }
  }
  return order;
}

Result<std::vector<const NodeDef*>> NodeGraph::needed_by(
    const std::vector<std::string>& outputs, const std::unordered_set<std::string>& stop) const {
  Diagnostics problems;
  std::vector<const NodeDef*> order = walk(outputs, stop, problems);
  if (!problems.empty()) return Failure(std::move(problems));
  return order;
}

std::vector<const NodeDef*> NodeGraph::reachable_from(
    const std::vector<std::string>& outputs) const {
  Diagnostics ignored;
  return walk(outputs, {}, ignored);
}

std::string NodeGraph::proposals(const std::string& name) const {
  // Each is compared letter by letter.
  constexpr std::size_t kMaxCompared = 50'000;
  std::vector<std::string> names;
  for (const NodeDef& node : def_->node()) {
    if (names.size() == kMaxCompared) break;
    names.push_back(node.name());
  }
  return did_you_mean(name, names);
}

}  // namespace slimc::frontend
