// tf.cond of TensorFlow 1: Switch and Merge.
#pragma once

#include <string>
#include <vector>

#include "frontend/tensorflow/inference/redirections.h"

namespace slimc::frontend {

// Where a Switch's predicate is known at inference, its readers read its input; a Merge of which
// one side is thereby never computed stands for the other side. All other branches stay. Returns
// the nodes by which it was decided, each once, some of them where there are many.
std::vector<std::string> resolve_branches(const NodeGraph& graph, Redirections& redirections);

}  // namespace slimc::frontend
