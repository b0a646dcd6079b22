// What a graph computes of an image and nobody reads on: its results.
#pragma once

#include <string>
#include <vector>

#include "frontend/tensorflow/inference/redirections.h"
#include "frontend/tensorflow/node_graph.h"
#include "support/reporter.h"

namespace slimc::frontend {

struct Results {
  // The sinks, in the order of the file, whether slimc can compute them or not.
  std::vector<const tensorflow::NodeDef*> sinks;
  // Nodes of the network, as far as can be told, that have an input which does not exist.
  std::vector<const tensorflow::NodeDef*> broken;
  // Other sinks that lie in bodies of functions and that no caller gets; with nothing else in the
  // graph they would be `sinks`.
  std::vector<const tensorflow::NodeDef*> unused;
  // What reads the network and is none of its results: the first nodes of each such part. Losses,
  // summaries, metrics, gradients; and what only chooses among a result's numbers.
  std::vector<const tensorflow::NodeDef*> training;
  std::vector<const tensorflow::NodeDef*> choices;
};

// The results that depend on the elements of `image`. Shapes do not; nor do nodes that
// `redirections` has taken out of the graph, as it does with dropout and branches of training.
Results results_of(const NodeGraph& graph, const NodeReference& image,
                   const Redirections& redirections);

// Whether a node gives nothing but a choice among numbers, or names of what was chosen.
bool gives_choice(const NodeGraph& graph, const tensorflow::NodeDef& node);

// A line for each kind of what is left out.
void report_left_out(const Results& results, const NodeGraph& graph, Reporter& reporter);

// Whether a node's op changes weights, as in the graph of a training.
bool is_training_graph(const NodeGraph& graph);

}  // namespace slimc::frontend
