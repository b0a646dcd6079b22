// How a generator program is called. All that differs between versions of Halide is in here.
#pragma once

#include <string>
#include <vector>

#include "compiler/build/compile_options.h"
#include "compiler/plan/plan.h"
#include "compiler/targets/target.h"

namespace slimc {

// Halide's name of the autoscheduler, "Adams2019"; "tiling" for slimc's own model.
std::string name_of(Scheduler scheduler);

// Everything but the output folder. The object is written there as kernel.o or kernel.obj.
std::vector<std::string> generator_arguments(const Kernel& kernel, const Target& target,
                                             Scheduler scheduler);

// Files beside the generator program that decide what it generates: Halide's library and the
// autoscheduler's plugin.
std::vector<std::string> generator_libraries(Scheduler scheduler);

}  // namespace slimc
