#include "tests/schedules/compiled_network.h"

#include <gtest/gtest.h>

#include "tool/loaded_network.h"

namespace slimc::testing {
namespace {

void run(const Graph& graph, const CompileOptions& options, const std::vector<float>& input,
         std::vector<float>& results) {
  SilentReporter reporter;
  auto library = compile_library(graph, options, reporter);
  ASSERT_TRUE(library) << library.error().to_string();
  auto network = LoadedNetwork::load(*library, options, reporter);
  ASSERT_TRUE(network) << network.error().to_string();
  auto instance = network->create(1);
  ASSERT_TRUE(instance) << instance.error().to_string();
  std::vector<float> computed(static_cast<std::size_t>(graph.op(graph.output()).shape.elements()));
  ASSERT_TRUE(instance->run(input.data(), computed.data()));
  results = std::move(computed);
}

}  // namespace

CompileOptions options_for_tests(const std::string& target) {
  CompileOptions options;
  options.target = *parse_target(target);
  options.cache = SLIMC_BINARY_DIR "/tests/kernel-cache";
  options.stages_program = SLIMC_BINARY_DIR "/bin/slimc-stages";
  options.runtime_include = SLIMC_SOURCE_DIR "/runtime/include";
  return options;
}

std::vector<float> run_compiled(const Graph& graph, const CompileOptions& options,
                                const std::vector<float>& input) {
  std::vector<float> results;
  run(graph, options, input, results);
  return results;
}

std::vector<double> run_reference(const Graph& graph, const std::vector<float>& input) {
  return reference::evaluate(graph, {graph.op(graph.input).shape, {input.begin(), input.end()}})
      .data;
}

}  // namespace slimc::testing
