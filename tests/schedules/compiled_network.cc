#include "tests/schedules/compiled_network.h"

#include <gtest/gtest.h>

#include "compiler/build/compile_libraries.h"
#include "tests/common/graph_builder.h"
#include "tool/loaded_network.h"
#include "tool/verification.h"

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

void build(const Graph& graph, const CompileOptions& options, std::optional<BuiltNetwork>& built) {
  SilentReporter reporter;
  auto library = compile_library(graph, options, reporter);
  ASSERT_TRUE(library) << library.error().to_string();
  auto network = LoadedNetwork::load(*library, options, reporter);
  ASSERT_TRUE(network) << network.error().to_string();
  built.emplace(BuiltNetwork{graph, std::move(*library), std::move(*network)});
}

}  // namespace

std::optional<BuiltNetwork> expect_agrees(const Graph& graph, const CompileOptions& options,
                                          std::uint64_t seed, int threads) {
  std::optional<BuiltNetwork> built;
  build(graph, options, built);
  if (!built) return built;
  Random random(seed);
  VerificationInput input;
  input.values.resize(static_cast<std::size_t>(built->input_elements()));
  for (float& v : input.values) v = static_cast<float>(random.uniform(-1, 1));
  input.bytes.resize(input.values.size());
  for (std::uint8_t& b : input.bytes) b = static_cast<std::uint8_t>(random.integer(0, 255));
  SilentReporter reporter;
  const auto result = verify_network(*built, input, threads, reporter);
  EXPECT_TRUE(result) << result.error().to_string();
  if (!result) return built;
  for (const StageError& stage : result->stages) EXPECT_LE(stage.error.max_rel, 1e-5) << stage.name;
  EXPECT_TRUE(result->result_within(2e-5)) << result->max_abs_error << " of " << result->magnitude;
  EXPECT_EQ(result->max_abs_rounding.has_value(), built->library.rounding.has_value());
  return built;
}

CompileOptions options_for_tests(const std::string& target) {
  CompileOptions options;
  options.targets = {*parse_target(target)};
  options.tools.cache = SLIMC_BINARY_DIR "/tests/kernel-cache";
  options.tools.stages_program = SLIMC_BINARY_DIR "/bin/slimc-stages";
  options.tools.runtime_include = SLIMC_SOURCE_DIR "/runtime/include";
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
