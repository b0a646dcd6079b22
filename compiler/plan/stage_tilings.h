// The one place that says how a stage is scheduled. Sources, the first that has an answer counts:
// the options' functions, the best records of the target, the tiling model. Products of
// 16-bit floats are the model's alone: records are of 32-bit ones.
#pragma once

#include <string>

#include "compiler/build/codegen.h"

namespace slimc {

// Whether a depthwise and the pointwise behind it become one stage. `block` is the fused stage,
// before it is known how many channels pad its input.
bool fuse_block(const StageShape& block, const CompileOptions& options);

// Fails (Blame::Usage, naming the stage) where the options' function gives a tiling that the stage
// cannot be compiled with.
Result<Tiling> stage_tiling(const std::string& stage, const StageShape& shape,
                            const CompileOptions& options);

}  // namespace slimc
