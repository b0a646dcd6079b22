// Processors that have what a library needs, and some that lack it: a status, not a crash.
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/build/compile_libraries.h"
#include "compiler/reference/evaluate.h"
#include "tests/common/graph_builder.h"
#include "tests/targets/machines.h"
#include "tests/targets/small_networks.h"

namespace slimc::testing {
namespace {

struct Case {
  std::string target, cpu;  // by QEMU's names
  bool runs;
};

std::ostream& operator<<(std::ostream& stream, const Case& c) {
  return stream << c.target << " on " << c.cpu;
}

class Cpus : public ::testing::TestWithParam<Case> {};

TEST_P(Cpus, RunTheLibraryOrAreRefused) {
  const Target target = *parse_target(GetParam().target);
  const Machine machine = emulated(target, GetParam().cpu);
  if (machine.c_compiler.empty()) GTEST_SKIP() << "compiled elsewhere, not run here";
  const Graph graph = small_features();
  const Result<CompiledLibrary> library = compile_for(graph, target);
  ASSERT_TRUE(library) << library.error().to_string();
  const Driver driver(*library, target, machine);
  const Tensor image = reference::narrow(random_tensor(graph.op(graph.input).shape, 8));
  const DriverOutcome outcome =
      driver.run(DriverMode::Run, ElementType::Float32, 2, bytes_of(image.data));
  if (GetParam().runs) {
    ASSERT_EQ(outcome.status, 0) << outcome.text;
    const std::vector<double> expected = reference::evaluate(graph, reference::widen(image)).data;
    ASSERT_EQ(outcome.results.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(outcome.results[i], expected[i], 1e-5 * 6) << "of relu6";
    }
  } else {
    EXPECT_EQ(outcome.text,
              "driver: the CPU lacks instructions that the library was compiled for\n");
    EXPECT_TRUE(outcome.results.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Qemu, Cpus,
    ::testing::Values(
        // The first with SSE4.1, from 2008; Nehalem is the same but for SSE4.2.
        Case{"x86-64", "Penryn", true}, Case{"x86-64", "Conroe", false},
        Case{"x86-64-v3", "Nehalem", false}, Case{"x86-64-v3", "max", true},
        // QEMU 7.2 emulates no AVX-512.
        Case{"x86-64-v4", "max", false},  //
        Case{"arm64", "cortex-a53", true}, Case{"arm64-dotprod", "cortex-a53", false},
        Case{"arm64-dotprod", "cortex-a76", true}, Case{"arm64-fp16", "cortex-a72", false},
        Case{"arm64-fp16", "neoverse-n1", true}, Case{"armv7-neon", "cortex-a8", true}),
    [](const auto& info) {
      std::string name = info.param.target + "_on_" + info.param.cpu;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

}  // namespace
}  // namespace slimc::testing
