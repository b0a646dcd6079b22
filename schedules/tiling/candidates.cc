#include "schedules/tiling/candidates.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "schedules/tiling/lanes.h"
#include "schedules/tiling/tiling_rules.h"

namespace slimc {
namespace {

// Products of two of these fit 64 bits, and each fits a generator's parameter.
bool is_shape(const StageShape& s, std::int64_t in_padded_c) {
  const auto is_size = [](std::int64_t n) {
    return n >= 1 && n <= std::numeric_limits<std::int32_t>::max();
  };
  return is_size(s.in_h) && is_size(s.in_w) && is_size(s.in_c) && is_size(s.out_h) &&
         is_size(s.out_w) && is_size(s.out_c) && is_size(s.depth_multiplier) &&
         is_size(in_padded_c);
}

}  // namespace

void CandidateList::add(const Tiling& t) {
  assert(check_tiling(on_.shape, on_.in_padded_c, on_.target, t).empty());
  if (std::find(list_.begin(), list_.end(), t) == list_.end()) list_.push_back(t);
}

std::string check_tiling(const StageShape& shape, std::int64_t in_padded_c,
                         const TargetTraits& target, const Tiling& tiling) {
  if (!is_shape(shape, in_padded_c)) {
    return "the stage's shape has a size below 1 or above 2147483647";
  }
  const StageOnTarget on = {shape, in_padded_c, target};
  FirstProblem problem;
  check_lanes(on, "lanes", tiling.lanes, problem);
  tiling_rules(shape.kind).check(on, tiling, problem);
  return problem.text();
}

std::vector<Tiling> candidate_tilings(const StageShape& shape, std::int64_t in_padded_c,
                                      const TargetTraits& target) {
  return candidate_tilings(shape, in_padded_c, target, choose_tiling(shape, in_padded_c, target));
}

std::vector<Tiling> candidate_tilings(const StageShape& shape, std::int64_t in_padded_c,
                                      const TargetTraits& target, const Tiling& around) {
  const StageOnTarget on = {shape, in_padded_c, target};
  CandidateList list(on);
  list.add(around);
  tiling_rules(shape.kind).add_candidates(on, around, list);
  return list.take();
}

}  // namespace slimc
