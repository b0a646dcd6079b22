// The parts of NAME.cc, in the order in which they stand in it.
#pragma once

#include <string>

#include "compiler/plan/library.h"

namespace slimc {

// What a target decides: declarations of kernels and weights (kernel_declarations.cc); where
// outputs of stages lie, and the table of stages (write_stages.cc).
std::string kernel_declarations(const Library& library, const TargetPlan& code);
std::string stage_tables(const TargetPlan& code);

// The most that any stage of the library has: for slimc::Instance.
std::size_t most_arguments(const Library& library);
std::size_t most_inputs(const Library& library);

// What a caller calls: the functions that make, run and watch a network
// (write_public_functions.cc), and those around a run (write_image_functions.cc). In front of them
// the ones that they share, which are nobody else's.
std::string helper_functions(const Library& library);
std::string preprocess_function(const Plan& plan);
std::string public_functions(const Library& library);
std::string image_functions(const Library& library);

}  // namespace slimc
