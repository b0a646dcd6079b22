// Numbers that no trained network has: most formats have no checksums, so a damaged weight or
// attribute that still reads as a number is found here or nowhere.
#pragma once

#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// Failures, all of them: a variance below zero, an epsilon of batch norm outside [0, 1], and both
// of them zero. Warnings: a number of more than a million in a constant, batch norms of different
// epsilons in one network, one outside of [1e-7, 0.1] that is not zero, two convolutions by the
// same weights, and the structure that check_structure() warns of.
Result<void> check_plausible(const Graph& graph, Reporter& reporter);

}  // namespace slimc::frontend
