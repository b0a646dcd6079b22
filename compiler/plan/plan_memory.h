// Places activation buffers and the first thread's scratch in the arena.
#pragma once

#include "compiler/plan/plan.h"

namespace slimc {

// Sets every buffer's offset, every stage's scratch_offset and the plan's arena_bytes, and makes
// the arguments' offsets count from the arena's start; called once. A buffer lives from the stage
// that writes it to the last stage that reads it. Where no more than two live at once, as in most
// networks, each has an end of the arena to itself, so what a stage does not need lies in one piece
// between its two buffers, and that is where the first thread's scratch is. The arena is then as
// large as what the neediest stage must have at once, which no plan can undercut. Where more live
// at once they are placed by size, which may take more.
void plan_memory(Plan& plan);

}  // namespace slimc
