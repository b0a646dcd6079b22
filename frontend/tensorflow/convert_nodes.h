// From nodes, each behind its inputs, to the IR.
#pragma once

#include <string>
#include <vector>

#include "frontend/tensorflow/convert/node_context.h"
#include "frontend/tensorflow/node_graph.h"
#include "support/result.h"

namespace slimc::frontend {

// Whether slimc knows all ops but the input's. The problems are all of them at once: a user who has
// to change a graph wants the whole list.
Result<void> check_supported(const NodeGraph& graph,
                             const std::vector<const tensorflow::NodeDef*>& nodes,
                             const std::string& input);

// Converts all that can be converted, and returns the problems of the others. Nodes whose op is
// unknown are for check_supported.
Diagnostics convert_nodes(ImportState& state, const std::vector<const tensorflow::NodeDef*>& nodes);

}  // namespace slimc::frontend
