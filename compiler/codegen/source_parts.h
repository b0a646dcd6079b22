// The parts of NAME.cc, in the order in which they stand in it.
#pragma once

#include <string>

#include "compiler/codegen/plan.h"
#include "compiler/codegen/target.h"

namespace slimc {

// What a plan decides (write_stages.cc): declarations of kernels and weights, the functions of the
// stages, run_network(), and the table behind NAME_stages().
std::string kernel_declarations(const Plan& plan);
std::string stage_functions(const Plan& plan);
std::string network_function(const Plan& plan);
std::string stage_table(const Plan& plan);

// What a caller calls (write_public_functions.cc).
std::string run_function(const Plan& plan);
std::string public_functions(const Plan& plan, const Target& target);

}  // namespace slimc
