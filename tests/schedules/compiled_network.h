// A network compiled by this build's own programs, and run.
#pragma once

#include <string>
#include <vector>

#include "compiler/build/codegen.h"
#include "compiler/reference/evaluate.h"
#include "ir/graph.h"

namespace slimc::testing {

// For the target, with the tests' cache of kernels.
CompileOptions options_for_tests(const std::string& target);

// The network's output, of one thread; nothing, and the test has failed, where there is none.
std::vector<float> run_compiled(const Graph& graph, const CompileOptions& options,
                                const std::vector<float>& input);

// The same of the reference.
std::vector<double> run_reference(const Graph& graph, const std::vector<float>& input);

}  // namespace slimc::testing
