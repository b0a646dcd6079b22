// Tensors of a graph in whose place others are to be read.
#pragma once

#include <string>
#include <unordered_map>

#include "frontend/tensorflow/node_graph.h"

namespace slimc::frontend {

class Redirections {
 public:
  // Readers of `from` shall read `to`; the first word about a tensor holds.
  void add(const NodeReference& from, const NodeReference& to);

  // What to read in place of `tensor`; itself where nothing was said of it.
  NodeReference resolve(NodeReference tensor) const;

  // Changes the data inputs of all nodes. Orders of execution ("^node") stay as they are.
  void apply(tensorflow::GraphDef& def) const;

 private:
  std::unordered_map<std::string, NodeReference> to_;  // by "node:output"
};

// "node", "node:1": what an input string says.
std::string to_string(const NodeReference& tensor);

}  // namespace slimc::frontend
