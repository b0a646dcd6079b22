// Where a network begins and ends in a graph that also holds its training, its saver and more.
#pragma once

#include <string>

#include "compiler/support/result.h"
#include "frontend/frontend.h"
#include "frontend/tensorflow/convert/node_context.h"
#include "frontend/tensorflow/inference/redirections.h"
#include "frontend/tensorflow/node_graph.h"

namespace slimc::frontend {

// The node whose result the network computes: the user's word, or slim's names in any scope, or the
// only result of the network's input that slimc can compute and nobody reads; in a training graph,
// what the probabilities are. `redirections` says where a result is that a function call gave.
Result<std::string> choose_output(const NodeGraph& graph, const ModelRequest& request,
                                  const Redirections& redirections);

// The input among the nodes that the output needs: the user's word, or "input", or the only
// placeholder, or, in a training graph, whose images come from a queue or an iterator, the tensor
// that enters the first convolution. Dimensions that the graph leaves open are taken from the
// request.
Result<InputChoice> choose_input(const NodeGraph& graph,
                                 const std::vector<const tensorflow::NodeDef*>& needed,
                                 const ModelRequest& request);

}  // namespace slimc::frontend
