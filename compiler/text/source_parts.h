// The parts of NAME.cc, in the order in which they stand in it.
#pragma once

#include <string>

#include "compiler/build/codegen.h"

namespace slimc {

// What a target decides (write_stages.cc): declarations of kernels and weights, the functions of
// the stages, the one that calls them all, and the table behind NAME_stages().
std::string kernel_declarations(const Plan& plan);
std::string stage_functions(const Plan& plan);
std::string compute_function(const Plan& plan);
std::string stage_table(const Plan& plan);

// What a caller calls (write_public_functions.cc).
std::string public_functions(const Library& library);

}  // namespace slimc
