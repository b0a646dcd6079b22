// The space of schedules: what the generators can take, and what of it is worth a measurement.
#pragma once

#include <string>
#include <vector>

#include "schedules/tiling/tiling.h"

namespace slimc {

// Empty, or one sentence that says why this stage cannot be compiled with this tiling: what was
// found and what was expected. Tilings come from users' files, so everything that would break a
// generator, take a kernel out of its buffers or make it absurdly large is caught here.
std::string check_tiling(const StageShape& shape, std::int64_t in_padded_c,
                         const TargetTraits& target, const Tiling& tiling);

// What the tuner may propose for the stage: the model's choice first, none twice, all legal, always
// in the same order. Some hundred: knobs that depend on each other are varied together, the others
// one group at a time from the model's choice.
std::vector<Tiling> candidate_tilings(const StageShape& shape, std::int64_t in_padded_c,
                                      const TargetTraits& target);

// The same from another legal tiling, which comes first: what differs from it in one group of
// knobs. A search goes on from the best so far with this, and reaches all combinations.
std::vector<Tiling> candidate_tilings(const StageShape& shape, std::int64_t in_padded_c,
                                      const TargetTraits& target, const Tiling& around);

}  // namespace slimc
