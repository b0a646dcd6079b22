// Which stored tensor feeds which variable of a graph, and where the weights come from.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/tensorflow/node_graph.h"

namespace slimc::frontend {

// Variable node -> the names under which its value may be stored.
//
// Graph: as the graph's restore ops say (RestoreV2, or RestoreSlice and Restore of the first
// version -> [Identity ->] Assign or AssignVariableOp). A graph with several savers gives several
// names. Variables that no restore op feeds go by their own name.
// Raw: the variable's own name, then the restore ops' names; never the average.
// Ema: the average that ExponentialMovingAverage.apply() keeps under the name of the variable and
// "/ExponentialMovingAverage". The statistics of batch norms are averages already, and go by the
// variable's name where there is no copy of them.
class VariableBindings {
 public:
  explicit VariableBindings(const NodeGraph& graph,
                            StoredVariables wanted = StoredVariables::Graph);

  // The names to try, the best one first; never empty.
  std::vector<std::string> stored_names(const tensorflow::NodeDef& variable) const;

 private:
  std::unordered_map<std::string, std::vector<std::string>> names_;
  StoredVariables wanted_;
};

}  // namespace slimc::frontend
