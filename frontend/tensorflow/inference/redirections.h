// Tensors of a graph in whose place others are to be read.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "frontend/tensorflow/node_graph.h"

namespace slimc::frontend {

class Redirections {
 public:
  // Readers of `from` shall read `to`; the first word about a tensor holds.
  void add(const NodeReference& from, const NodeReference& to);

  // What to read in place of `tensor`; itself where nothing was said of it.
  NodeReference resolve(NodeReference tensor) const;

  // Whether anything was said of a node: it is no part of the graph any more.
  bool moves(const std::string& node) const { return nodes_.count(node) != 0; }

  // Says of a node of a function's body that the graph gives nobody what it computes: it is no
  // result, even where no node reads it.
  void hide(const std::string& node) { hidden_.insert(node); }
  bool hides(const std::string& node) const { return hidden_.count(node) != 0; }

  // Changes the data inputs of all nodes. Orders of execution ("^node") stay as they are.
  void apply(tensorflow::GraphDef& def) const;

 private:
  std::unordered_map<std::string, NodeReference> to_;  // by "node:output"
  std::unordered_set<std::string> nodes_, hidden_;
};

// "node", "node:1": what an input string says.
std::string to_string(const NodeReference& tensor);

}  // namespace slimc::frontend
