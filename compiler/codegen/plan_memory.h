// Places activation buffers in the arena.
#pragma once

#include "compiler/codegen/plan.h"

namespace slimc {

// Sets every buffer's offset and the plan's arena_bytes, and makes the arguments' offsets count
// from the arena's start; called once. The networks are chains: a buffer lives from the stage that
// writes it to the stage that reads it, and only neighbours overlap. Placing them in turn at the
// arena's two ends needs exactly the largest neighbouring pair, which no plan can undercut.
void plan_memory(Plan& plan);

}  // namespace slimc
