// The kernels of a published network for a target, and their assembly.
#pragma once

#include <string>
#include <vector>

#include "compiler/build/compile_options.h"
#include "compiler/plan/plan.h"
#include "compiler/targets/target.h"
#include "tests/benchmarks/arm/inner_loops.h"

namespace slimc::arm {

// With random weights, as slim defines it, planned for the options' first target.
Result<Plan> plan_network(double alpha, int resolution, const CompileOptions& options);

// What the generator program writes. `program` is slimc-stages.
Result<std::string> assembly_of(const Kernel& kernel, const Target& target,
                                const std::string& program);

// "pointwise pixels=49 ...": the kernel as a person would ask slimc-stages for it.
std::string words(const Kernel& kernel);

}  // namespace slimc::arm
