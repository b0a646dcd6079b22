// The matrix product of a pointwise convolution, alone or behind a depthwise: its loops outside of
// the register tile.
#pragma once

#include "schedules/tiling/tiling_rules.h"

namespace slimc {

// The unrolling of the reduction, loads of pixels and the prefetch of weights, where rows, register
// tile and the prefetch of rows are chosen.
void choose_product_loops(const StageOnTarget& on, Tiling& tiling);

// In 16-bit floats, of which twice as many are in a vector. `most_channels`: of a pixel, that a
// load can bring.
Tiling choose_half_product(const StageOnTarget& on, const Tiling& of_floats, int most_channels);

void check_product(const StageOnTarget& on, const Tiling& tiling, FirstProblem& problem);

// ---- What is worth a measurement ----

// Rows of a task, register tiles and the order of loops depend on each other: all combinations.
// `row_floats`: see row_candidates().
void add_products_of_rows(const StageOnTarget& on, const Tiling& around, std::int64_t row_floats,
                          CandidateList& list);

// Of a task that has `panels` panels of weights and `pixels` pixels: both orders of the loops over
// them, that of `tiling` first, where there are two loops.
void add_loop_orders(Tiling tiling, std::int64_t panels, std::int64_t pixels, CandidateList& list);

// Of all output channels.
std::int64_t panels_of(const StageShape& shape, const Tiling& tiling);

void add_unrolls(const StageOnTarget& on, const Tiling& around, CandidateList& list);

// `rows_too`: of the next task's rows as well as of weights.
void add_prefetches(const Tiling& around, bool rows_too, CandidateList& list);

}  // namespace slimc
