// The bytes of a weights object, from the constants of the graph that was planned: weights in the
// order in which the kernels read them (schedules/gemm_tile.h, depthwise_rows.h,
// stages/first_convolution/generator.cc).
#pragma once

#include <string>
#include <vector>

#include "compiler/plan/plan.h"

namespace slimc {

class Graph;

// [panel][row][channel in panel], as the layout says. `constant` is empty where the layout needs
// none.
std::vector<float> pack(const WeightsLayout& layout, const std::vector<float>& constant);

// All blocks of the plan, at their offsets, with zeros between them. `graph` is the one that was
// planned. Numbers of 16 bits are so already (round_weights).
std::string pack_weights(const Graph& graph, const Plan& plan);

}  // namespace slimc
