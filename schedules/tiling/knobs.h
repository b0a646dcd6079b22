// The fields of Tiling as a table, for all that treats them alike: records, the tuner, printing.
// A field that is added to Tiling is added here; knobs.cc does not compile before it is.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "schedules/tiling/tiling.h"

namespace slimc {

struct Knob {
  const char* name;  // of the field
  // What the field can hold, which is more than what a stage can be compiled with: check_tiling()
  // (candidates.h) knows that.
  std::int64_t least, most;
  std::int64_t (*get)(const Tiling&);
  void (*set)(Tiling&, std::int64_t value);  // from `least` to `most`
};

// All of them, in the order of the fields.
std::span<const Knob> knobs();

// Null where there is none of that name.
const Knob* find_knob(std::string_view name);

// Whether the kernels of this kind of stage depend on the knob. The other knobs of a stage's tiling
// have no effect; candidates keep the model's values there.
bool is_relevant(const Knob& knob, StageKind kind);

// "lanes=16 panel_vectors=2 rows=4": the knobs that matter to the kind.
std::string to_string(const Tiling& tiling, StageKind kind);

}  // namespace slimc
