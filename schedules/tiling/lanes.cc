#include "schedules/tiling/lanes.h"

#include <algorithm>

#include "schedules/tiling/arithmetic.h"

namespace slimc {

int lanes_of_fewest_vectors(std::int64_t channels, int widest) {
  int best = widest;
  for (int lanes = widest; lanes >= 4; lanes /= 2) {
    if (ceil_div(channels, lanes) <= ceil_div(channels, best)) best = lanes;
  }
  return best;
}

int widest_lanes_dividing(std::int64_t channels, int widest) {
  int lanes = widest;
  while (lanes > 1 && channels % lanes != 0) lanes /= 2;
  return lanes;
}

void check_lanes(const StageOnTarget& on, const std::string& name, std::int64_t lanes,
                 FirstProblem& problem) {
  problem.require(lanes >= 1 && lanes <= on.target.lanes() && (lanes & (lanes - 1)) == 0,
                  name + " is " + std::to_string(lanes) +
                      ", expected a power of two up to the target's " +
                      std::to_string(on.target.lanes()));
}

void check_lanes_divide_input(const StageOnTarget& on, const std::string& name, std::int64_t lanes,
                              FirstProblem& problem) {
  problem.require(divides(lanes, on.in_padded_c),
                  name + " is " + std::to_string(lanes) + ", expected a divisor of the " +
                      std::to_string(on.in_padded_c) + " channels of input");
}

std::vector<int> lanes_with_less_padding(std::int64_t channels, int widest) {
  std::vector<int> found = {widest};
  for (int lanes = widest / 2; lanes >= std::min(4, widest); lanes /= 2) {
    if (round_up(channels, lanes) * 9 <= round_up(channels, found.back()) * 8) {
      found.push_back(lanes);
    }
  }
  return found;
}

std::vector<int> all_lanes_dividing(std::int64_t channels, int widest) {
  std::vector<int> found;
  for (int lanes = widest; lanes >= 1; lanes /= 2) {
    if (channels % lanes == 0 && (lanes >= 4 || found.empty())) found.push_back(lanes);
  }
  return found;
}

Tiling choose_widest_lanes(const StageOnTarget& on) {
  Tiling t;
  t.lanes = on.target.lanes();
  return t;
}

void check_no_more(const StageOnTarget&, const Tiling&, FirstProblem&) {}

void add_all_lanes(const StageOnTarget& on, const Tiling& around, CandidateList& list) {
  for (int lanes = on.target.lanes(); lanes >= std::min(4, on.target.lanes()); lanes /= 2) {
    Tiling t = around;
    t.lanes = lanes;
    list.add(t);
  }
}

}  // namespace slimc
