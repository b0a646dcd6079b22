// Groups the ops of an optimised graph into stages.
#pragma once

#include "stages/network_stage.h"
#include "support/result.h"

namespace slimc {

class Graph;

// Which groups of ops are stages says each kind (StageKindRow::form); blocks are not fused yet. A
// result that must be given to the caller by a stage of its own has one. Fails, naming the node,
// where no kind can compute an op.
Result<NetworkStages> form_stages(const Graph& graph);

// One line a stage, for --dump-after.
std::string print(const NetworkStages& network);

}  // namespace slimc
