// Whether the blocks of a network are alike.
#pragma once

#include "ir/graph.h"
#include "support/reporter.h"

namespace slimc::frontend {

// Depthwise or not.
bool is_convolution(const Op& op);

// Relu, Relu6 or another function.
bool is_activation(const Op& op);

// See check_structure(): activations. The head is not looked at, which is the
// user's own.
void check_blocks(const Graph& graph, Reporter& reporter);

}  // namespace slimc::frontend
