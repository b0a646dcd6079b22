// From stages and their schedule to a plan: images in memory, kernels with what they are called
// with, blocks of the weights object.
#pragma once

#include "compiler/plan/plan.h"
#include "schedules/tiling/schedule.h"
#include "stages/network_stage.h"
#include "support/result.h"

namespace slimc {

class Graph;

// Behind it plan_memory (plan_memory.h) places the buffers. `schedule` is one of these stages'.
// Fails where the network has more outputs than a plan.
Result<Plan> lay_out(const Graph& graph, const NetworkStages& network, const Schedule& schedule,
                     const Precision& precision);

}  // namespace slimc
