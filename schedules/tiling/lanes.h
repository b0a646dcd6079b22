// Floats a vector: how wide a stage's vectors are.
#pragma once

#include <string>
#include <vector>

#include "schedules/tiling/tiling_rules.h"

namespace slimc {

// The vector width that needs the fewest vectors for `channels`; of equals the narrowest, which
// leaves the fewest padded channels.
int lanes_of_fewest_vectors(std::int64_t channels, int widest);

// The widest vector that divides a number of channels.
int widest_lanes_dividing(std::int64_t channels, int widest);

// A power of two up to the target's; `name` is the knob's.
void check_lanes(const StageOnTarget& on, const std::string& name, std::int64_t lanes,
                 FirstProblem& problem);

// The input is read in whole vectors.
void check_lanes_divide_input(const StageOnTarget& on, const std::string& name, std::int64_t lanes,
                              FirstProblem& problem);

// ---- What is worth a measurement, the widest first ----

// Narrower vectors than the target's, where channels are so few that a ninth or more of the work
// would be for padding.
std::vector<int> lanes_with_less_padding(std::int64_t channels, int widest);

// Vectors that divide a number of channels; narrower than four only where nothing else does.
std::vector<int> all_lanes_dividing(std::int64_t channels, int widest);

// ---- Of kinds that have no other knob ----

Tiling choose_widest_lanes(const StageOnTarget& on);
void check_no_more(const StageOnTarget& on, const Tiling& tiling, FirstProblem& problem);
void add_all_lanes(const StageOnTarget& on, const Tiling& around, CandidateList& list);

inline constexpr TilingRules kLanesAlone = {.knobs = "lanes",
                                            .choose = choose_widest_lanes,
                                            .check = check_no_more,
                                            .add_candidates = add_all_lanes};

}  // namespace slimc
