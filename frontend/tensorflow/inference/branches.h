// tf.cond of TensorFlow 1: Switch and Merge.
#pragma once

#include "frontend/tensorflow/inference/redirections.h"

namespace slimc::frontend {

// Where a Switch's predicate is known at inference, its readers read its input; a Merge of which
// one side is thereby never computed stands for the other side. All other branches stay.
void resolve_branches(const NodeGraph& graph, Redirections& redirections);

}  // namespace slimc::frontend
