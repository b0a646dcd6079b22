// Which stored tensor feeds which variable of a graph, and where the weights come from.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/tensorflow/node_graph.h"

namespace slimc::frontend {

// Variable node -> the names under which its value may be stored, as the graph's restore ops say
// (RestoreV2 -> [Identity ->] Assign or AssignVariableOp). A graph with several savers gives
// several names. Variables that no restore op feeds are not in the map: they go by their own name.
class VariableBindings {
 public:
  explicit VariableBindings(const NodeGraph& graph);

  // The names to try, the best one first; never empty.
  std::vector<std::string> stored_names(const tensorflow::NodeDef& variable) const;

 private:
  std::unordered_map<std::string, std::vector<std::string>> names_;
};

}  // namespace slimc::frontend
