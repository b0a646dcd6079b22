// A GraphDef as a graph: nodes by name, who reads whom, and which nodes a result needs.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/tensorflow/proto/graph.pb.h"
#include "support/result.h"

namespace slimc::frontend {

// What an input string of a node says: "node", "node:1", "^node".
struct NodeReference {
  std::string node;
  int output = 0;
  bool control = false;  // an order of execution, no data

  static NodeReference parse(std::string_view text);
};

// The data inputs of a node, in order.
std::vector<NodeReference> data_inputs(const tensorflow::NodeDef& node);

class NodeGraph {
 public:
  // Keeps a reference to `def`. Two nodes of the same name are a failure.
  static Result<NodeGraph> create(const tensorflow::GraphDef& def, std::string file);

  const tensorflow::NodeDef* find(const std::string& name) const;
  const tensorflow::GraphDef& def() const { return *def_; }
  const std::string& file() const { return file_; }

  // The nodes that `outputs` need, each behind its inputs; of a node in `stop`, the inputs are not
  // followed. Failures: a cycle, with the nodes on it; inputs that do not exist.
  Result<std::vector<const tensorflow::NodeDef*>> needed_by(
      const std::vector<std::string>& outputs, const std::unordered_set<std::string>& stop) const;

  // The same without failures, for graphs in front of whose input anything may lie: what there is
  // of them, in the same order.
  std::vector<const tensorflow::NodeDef*> reachable_from(
      const std::vector<std::string>& outputs) const;

  // The names nearest to one that no node has, in words for the end of a message.
  std::string proposals(const std::string& name) const;

  Diagnostic about(const tensorflow::NodeDef& node, std::string message) const;

 private:
  std::vector<const tensorflow::NodeDef*> walk(const std::vector<std::string>& outputs,
                                               const std::unordered_set<std::string>& stop,
                                               Diagnostics& problems) const;

  NodeGraph(const tensorflow::GraphDef& def, std::string file)
      : def_(&def), file_(std::move(file)) {}

  const tensorflow::GraphDef* def_;
  std::string file_;
  std::unordered_map<std::string_view, const tensorflow::NodeDef*> by_name_;
};

}  // namespace slimc::frontend
