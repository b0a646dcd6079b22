// Which side of a branch inference takes.
#pragma once

#include <optional>

#include "frontend/tensorflow/node_graph.h"

namespace slimc::frontend {

// The value at inference of a bool that governs a tf.cond, an If or a Switch: a constant, a
// placeholder or variable whose name says that it means training ("is_training", "phase_train",
// "keras_learning_phase": false) or the opposite ("is_inference": true), the default of another
// PlaceholderWithDefault, and logic over these. Nothing where it is anything else.
std::optional<bool> predicate_at_inference(const NodeGraph& graph, const NodeReference& predicate);

}  // namespace slimc::frontend
