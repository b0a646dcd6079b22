// What is said of the parts of a graph that read a network and are none of its results.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "frontend/tensorflow/results.h"
#include "frontend/tensorflow/training_ops.h"

namespace slimc::frontend {
namespace {

using tensorflow::NodeDef;

// Enough names to know what it is about, few enough to read.
constexpr std::size_t kMaxListed = 6;

std::string listed(const std::vector<const NodeDef*>& nodes) {
  std::vector<std::string> words;
  for (const NodeDef* node : nodes) {
    if (words.size() == kMaxListed) break;
    words.push_back(fmt::format("'{}' ({})", node->name(), node->op()));
  }
  std::string list = fmt::format("{}", fmt::join(words, ", "));
  if (nodes.size() > kMaxListed) list += fmt::format(" and {} more", nodes.size() - kMaxListed);
  return list;
}

}  // namespace

bool gives_choice(const NodeGraph& graph, const NodeDef& node) {
  const NodeDef* current = &node;
  // Cast, reshaped, looked up in a table (whose handle or classes come first or second).
  for (int steps = 0; current != nullptr && steps < 16; ++steps) {
    if (is_choice(current->op())) return true;
    if (!follows_choice(current->op())) return false;
    const std::vector<NodeReference> inputs = data_inputs(*current);
    if (inputs.empty()) return false;
    const bool looks_up = current->op().find("Lookup") != std::string::npos ||
                          current->op().find("Find") != std::string::npos ||
                          current->op().starts_with("Gather");
    const std::size_t index = looks_up && inputs.size() > 1 ? 1 : 0;
    current = graph.find(inputs[index].node);
  }
  return false;
}

void report_left_out(const Results& results, const NodeGraph& graph, Reporter& reporter) {
  if (!results.training.empty()) {
    reporter.warning(
        {.file = graph.file(),
         .message =
             "left out, with what depends on it, as losses, summaries, metrics or gradients: " +
             listed(results.training)});
  }
  if (!results.choices.empty()) {
    reporter.warning({.file = graph.file(),
                      .message = "left out, because it only chooses among the numbers that the "
                                 "network gives: " +
                                 listed(results.choices)});
  }
}

}  // namespace slimc::frontend
