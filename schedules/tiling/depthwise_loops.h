// The loops of a depthwise convolution over a task's rows, alone or in front of a product.
#pragma once

#include <vector>

#include "schedules/tiling/tiling_rules.h"

namespace slimc {

// Vectors, the pixels of a row that are unrolled, and the order of loops.
void choose_depthwise_loops(const StageOnTarget& on, Tiling& tiling);

void check_depthwise_loops(const Tiling& tiling, FirstProblem& problem);

// Vectors that are worth a measurement, of the depthwise's `channels` of output.
std::vector<int> depthwise_lane_candidates(const StageOnTarget& on, std::int64_t channels);

// `tiling` with all loops that are worth a measurement.
void add_depthwise_loops(const StageOnTarget& on, Tiling tiling, CandidateList& list);

}  // namespace slimc
