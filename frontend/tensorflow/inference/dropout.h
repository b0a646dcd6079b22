// Dropout in a graph that was built for training.
#pragma once

#include "frontend/tensorflow/inference/redirections.h"

namespace slimc::frontend {

// Dropout is not an op: it is arithmetic with random numbers, in a form that changed over the
// versions of TensorFlow:
//   x / keep_prob * floor(keep_prob + random)                   (1.0..1.12)
//   x * (1 / (1 - rate)) * cast(random >= rate)                 (1.13..2.3 and later, Keras)
//   select(random >= rate, x * scale, 0)                        (2.9 and later)
// In each of them, what reads the result is sent to x.
void remove_dropout(const NodeGraph& graph, Redirections& redirections);

}  // namespace slimc::frontend
