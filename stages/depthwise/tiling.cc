#include "schedules/tiling/arithmetic.h"
#include "schedules/tiling/depthwise_loops.h"
#include "schedules/tiling/lanes.h"
#include "schedules/tiling/tasks.h"
#include "schedules/tiling/tiling_rules.h"

namespace slimc {
namespace {

Tiling choose(const StageOnTarget& on) {
  const StageShape& s = on.shape;
  const bool multiplied = s.depth_multiplier > 1;
  Tiling t;
  choose_depthwise_loops(on, t);
  t.lanes = t.depthwise_lanes;
  t.split_channels = s.out_h < 8 && !multiplied;
  TaskCost task;
  task.row_bytes = s.in_w * s.in_c * std::int64_t{sizeof(float)};
  t.rows = t.split_channels ? s.out_h : choose_rows(on, t.lanes, task);
  const std::int64_t channels = multiplied ? round_up(s.out_c, t.lanes) : on.in_padded_c;
  t.task_channels = t.lanes;
  for (std::int64_t vectors = 1; vectors <= 8; ++vectors) {
    if ((channels / t.lanes) % vectors == 0) t.task_channels = vectors * t.lanes;
  }
  return t;
}

void check(const StageOnTarget& on, const Tiling& t, FirstProblem& problem) {
  const StageShape& s = on.shape;
  check_rows(on, t, problem);
  check_depthwise_loops(t, problem);
  // With a multiplier its output has vectors of its own.
  if (s.depth_multiplier == 1) check_lanes_divide_input(on, "lanes", t.lanes, problem);
  problem.require(!t.split_channels || s.depth_multiplier == 1,
                  "split_channels is 1, expected 0 for a depthwise with depth multiplier " +
                      std::to_string(s.depth_multiplier));
  if (t.split_channels) check_split(on, t, "lanes", t.lanes, on.in_padded_c, problem);
}

void add_candidates(const StageOnTarget& on, const Tiling& around, CandidateList& list) {
  const StageShape& s = on.shape;
  for (const int lanes : depthwise_lane_candidates(on, s.out_c)) {
    Tiling t = around;
    t.lanes = lanes;
    t.split_channels = false;
    for (const std::int64_t rows : row_candidates(on, around, row_of_input(s))) {
      t.rows = rows;
      add_depthwise_loops(on, t, list);
    }
    if (s.depth_multiplier != 1) continue;
    t.split_channels = true;
    t.rows = s.out_h;
    for (const std::int64_t vectors : divisors(on.in_padded_c / lanes)) {
      t.task_channels = vectors * lanes;
      add_depthwise_loops(on, t, list);
    }
  }
}

}  // namespace

const TilingRules depthwise_tiling = {
    .knobs =
        "lanes rows split_channels task_channels depthwise_pixels depthwise_rows "
        "depthwise_channels_inside",
    .choose = choose,
    .check = check,
    .add_candidates = add_candidates};

}  // namespace slimc
