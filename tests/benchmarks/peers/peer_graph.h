// What the peers get to compute: the very graph that slimc compiles, as far as any of them can
// express it.
#pragma once

#include <string>

#include "ir/graph.h"
#include "support/result.h"

namespace slimc::peers {

// The model after slimc's passes up to, but without, the fusion of depthwise and pointwise: batch
// norm is in the weights, biases and relu6 in the convolutions. So every peer starts from its best
// case, and all of them from the same float32 weights.
Result<Graph> load_peer_graph(const std::string& model);

// The model as the frontend read it, with nothing but its constants computed: for judging slimc's
// passes by what somebody else makes of the network in front of them.
Result<Graph> load_imported_graph(const std::string& model);

}  // namespace slimc::peers
