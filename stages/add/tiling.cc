#include "schedules/tiling/arithmetic.h"
#include "schedules/tiling/lanes.h"
#include "schedules/tiling/tasks.h"
#include "schedules/tiling/tiling_rules.h"

namespace slimc {
namespace {

Tiling choose(const StageOnTarget& on) {
  Tiling t;
  t.lanes = widest_lanes_dividing(on.in_padded_c, on.target.lanes());
  // Nothing is read twice, so that no row has to stay in a cache.
  t.rows = choose_rows(on, t.lanes, TaskCost{});
  return t;
}

void check(const StageOnTarget& on, const Tiling& t, FirstProblem& problem) {
  check_lanes_divide_input(on, "lanes", t.lanes, problem);
  check_rows(on, t, problem);
}

void add_candidates(const StageOnTarget& on, const Tiling& around, CandidateList& list) {
  for (const int lanes : all_lanes_dividing(on.in_padded_c, on.target.lanes())) {
    for (const std::int64_t rows : divisors(on.shape.out_h)) {
      Tiling t = around;
      t.lanes = lanes;
      t.rows = rows;
      list.add(t);
    }
  }
}

}  // namespace

const TilingRules add_tiling = {
    .knobs = "lanes rows", .choose = choose, .check = check, .add_candidates = add_candidates};

}  // namespace slimc
