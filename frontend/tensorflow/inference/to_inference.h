// From the graph in a user's file to the one that inference computes.
#pragma once

#include <string>

#include "frontend/tensorflow/inference/redirections.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

struct InferenceGraph {
  tensorflow::GraphDef def;
  // Where results are that no longer come from the node that once gave them.
  Redirections redirections;
};

// Functions in the place of their calls, branches decided, no dropout, batch norm by the moving
// statistics. What is not understood stays as it is, and is a problem only if it is needed.
// Failures: two nodes of the same name, too many nodes, hostile function calls.
Result<InferenceGraph> to_inference(tensorflow::GraphDef def, const std::string& file,
                                    Reporter& reporter);

}  // namespace slimc::frontend
