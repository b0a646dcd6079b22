#include "schedules/tiling/arithmetic.h"
#include "schedules/tiling/lanes.h"
#include "schedules/tiling/register_tile.h"
#include "schedules/tiling/tasks.h"
#include "schedules/tiling/tiling_rules.h"

namespace slimc {
namespace {

constexpr int kMostVectors = 8;  // that are worth as many sums

Tiling choose(const StageOnTarget& on) {
  Tiling t;
  t.lanes = widest_lanes_dividing(on.in_padded_c, on.target.lanes());
  t.panel_vectors = 1;
  for (int vectors = 1; vectors <= kMostVectors; ++vectors) {
    if ((on.in_padded_c / t.lanes) % vectors == 0) t.panel_vectors = vectors;
  }
  t.split_channels = true;
  t.task_channels = panel_of(t);
  return t;
}

void check(const StageOnTarget& on, const Tiling& t, FirstProblem& problem) {
  problem.require(t.panel_vectors >= 1 && t.panel_vectors <= kMostAccumulators,
                  "panel_vectors is " + std::to_string(t.panel_vectors) + ", expected 1 to " +
                      std::to_string(kMostAccumulators));
  check_task_channels(t, "lanes * panel_vectors", panel_of(t), on.in_padded_c, problem);
}

void add_candidates(const StageOnTarget& on, const Tiling& around, CandidateList& list) {
  for (const int lanes : all_lanes_dividing(on.in_padded_c, on.target.lanes())) {
    for (int vectors = 1; vectors <= kMostVectors; ++vectors) {
      Tiling t = around;
      t.lanes = lanes;
      t.panel_vectors = vectors;
      const std::int64_t panel = panel_of(t);
      if (on.in_padded_c % panel != 0) continue;
      for (const std::int64_t panels : divisors(on.in_padded_c / panel)) {
        t.task_channels = panels * panel;
        list.add(t);
      }
    }
  }
}

}  // namespace

const TilingRules pool_tiling = {.knobs = "lanes panel_vectors task_channels",
                                 .choose = choose,
                                 .check = check,
                                 .add_candidates = add_candidates};

}  // namespace slimc
