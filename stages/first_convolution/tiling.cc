#include <algorithm>

#include "schedules/tiling/arithmetic.h"
#include "schedules/tiling/lanes.h"
#include "schedules/tiling/register_tile.h"
#include "schedules/tiling/tasks.h"
#include "schedules/tiling/tiling_rules.h"

namespace slimc {
namespace {

Tiling choose(const StageOnTarget& on) {
  const StageShape& s = on.shape;
  Tiling t;
  t.lanes = lanes_of_fewest_vectors(s.out_c, on.target.lanes());
  use(choose_register_tile(s.out_w, s.out_c, t.lanes, on.target).tile, t);
  // With 16 registers the compiler keeps broadcasts of pixels that neighbours share, and
  // spills: 9 of 72 FMAs touched the stack with 2x4, 1 of 72 with 4x2 (vectors x pixels).
  if (on.target.vector_registers < 32 && !on.target.multiplies_by_lane) {
    t.tile_pixels = 2;
    t.panel_vectors = static_cast<int>(std::min<std::int64_t>(4, ceil_div(s.out_c, t.lanes)));
  }
  TaskCost task;
  task.row_bytes = (row_of_input(s) + s.out_w * s.out_c) * std::int64_t{sizeof(float)};
  t.rows = choose_rows(on, t.lanes, task);
  return t;
}

void check(const StageOnTarget& on, const Tiling& t, FirstProblem& problem) {
  check_register_tile(on, t, problem);
  check_rows(on, t, problem);
}

void add_candidates(const StageOnTarget& on, const Tiling& around, CandidateList& list) {
  for (const std::int64_t rows : row_candidates(on, around, row_of_input(on.shape))) {
    Tiling t = around;
    t.rows = rows;
    // A tile's pixels are of one row.
    for (const Tiling& tile : register_tile_candidates(on, t, on.shape.out_w)) list.add(tile);
  }
}

}  // namespace

const TilingRules first_convolution_tiling = {.knobs = "lanes panel_vectors tile_pixels rows",
                                              .choose = choose,
                                              .check = check,
                                              .add_candidates = add_candidates};

}  // namespace slimc
