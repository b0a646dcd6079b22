// What is said of the parts of a graph that read a network and are none of its results.
#include <fmt/format.h>

#include "frontend/listed.h"
#include "frontend/tensorflow/results.h"
#include "frontend/tensorflow/training_ops.h"

namespace slimc::frontend {
namespace {

using tensorflow::NodeDef;

// Enough names to know what it is about, few enough to read.
constexpr std::size_t kMaxListed = 6;

std::string with_op(const NodeDef* node) {
  return fmt::format("'{}' ({})", node->name(), node->op());
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
             listed(results.training, kMaxListed, with_op)});
  }
  if (!results.unused.empty()) {
    reporter.warning(
        {.file = graph.file(),
         .message = "left out, because no caller of the function that computes it gets it: " +
                    listed(results.unused, kMaxListed, with_op) +
                    "; --output-node names what is wanted"});
  }
  if (!results.choices.empty()) {
    reporter.warning({.file = graph.file(),
                      .message = "left out, because it only chooses among the numbers that the "
                                 "network gives: " +
                                 listed(results.choices, kMaxListed, with_op)});
  }
}

}  // namespace slimc::frontend
