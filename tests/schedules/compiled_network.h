// A network compiled by this build's own programs, and run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/build/compile_options.h"
#include "compiler/reference/evaluate.h"
#include "ir/graph.h"
#include "tool/build_network.h"

namespace slimc::testing {

// For the target, with the tests' cache of kernels.
CompileOptions options_for_tests(const std::string& target);

// Compiles and runs it with random floats and bytes: every stage, and the result, is as the
// reference has it. What it was compiled to, for further looks; nothing if it could not be.
std::optional<BuiltNetwork> expect_agrees(const Graph& graph, const CompileOptions& options,
                                          std::uint64_t seed, int threads);

// The network's output, of one thread; nothing, and the test has failed, where there is none.
std::vector<float> run_compiled(const Graph& graph, const CompileOptions& options,
                                const std::vector<float>& input);

// The same of the reference.
std::vector<double> run_reference(const Graph& graph, const std::vector<float>& input);

}  // namespace slimc::testing
