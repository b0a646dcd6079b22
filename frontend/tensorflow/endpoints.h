// Where a network begins and ends in a graph that also holds its training, its saver and more.
#pragma once

#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/tensorflow/convert/node_context.h"
#include "frontend/tensorflow/inference/redirections.h"
#include "frontend/tensorflow/node_graph.h"
#include "support/result.h"

namespace slimc::frontend {

// A result of the network.
struct OutputChoice {
  std::string name;  // what the user, or else the graph, calls it
  std::string node;  // that gives it
  // An op that the import adds to the node's own ("NODE/suffix"); empty where it is the node.
  std::string op;
};

// The tensors of these names. `who` names them, for the words of a failure ("--output-node"): names
// that no node has, with the nearest ones.
Result<std::vector<OutputChoice>> named_outputs(const NodeGraph& graph,
                                                const std::vector<std::string>& names,
                                                const std::string& who,
                                                const Redirections& redirections);

// Where the image enters.
struct Entry {
  NodeReference tensor;
  const tensorflow::NodeDef* node = nullptr;
  // Neither a placeholder nor the user's word: the end of what reads and prepares images.
  bool is_pipeline = false;
};

// The user's word; or, among the nodes that `outputs` need (all nodes, where none are named),
// "input", or the only placeholder that may hold an image; where there is none, the tensor that
// enters the first convolution, with the arithmetic in front of it.
Result<Entry> find_entry(const NodeGraph& graph, const std::vector<OutputChoice>& outputs,
                         const ModelRequest& request);

// Its shape. Dimensions that the graph leaves open are taken from `known`, which may be empty, and
// from the request.
Result<InputChoice> choose_input(const NodeGraph& graph, const Entry& entry, const Shape& known,
                                 const ModelRequest& request);

// Whether the graph itself says what shape the tensor has.
bool declares_shape(const NodeGraph& graph, const Entry& entry);

}  // namespace slimc::frontend
