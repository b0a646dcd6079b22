// The reductions of the published networks' kernels, where 97% of the multiply-adds are, keep
// everything in registers: their loops must not touch the stack. Reads the assembly that the
// generator program writes. (Depthwise loops wait for loads, whatever the allocator does.)
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "compiler/codegen/codegen.h"
#include "compiler/passes/passes.h"
#include "compiler/support/process.h"
#include "frontend/mobilenet/mobilenet.h"
#include "tests/common/temporary_folder.h"

namespace slimc {
namespace {

struct Loop {
  int fmas = 0;
  int conversions = 0;  // of vectors of 16-bit floats
  int prefetches = 0;
  std::vector<std::string> stack_accesses;
};

// Basic blocks that branch back to themselves and belong to an accumulator's update, by label; the
// compiler writes the name of Halide's loop behind the label.
std::map<std::string, Loop> reduction_loops(const std::string& assembly) {
  static const std::regex label(R"(^(\.?LBB[0-9_]+):(.*))");
  static const std::regex branch(
      R"(^\s+(j[a-z]+|b\.[a-z]+|b|cbnz|cbz|bne|blo)\s+.*?(\.?LBB[0-9_]+)\s*(//.*|#.*|@.*)?$)");
  static const std::regex fma(R"(^\s+(vfn?madd[0-9]*ps|fmla)\s.*)");
  static const std::regex prefetch(R"(^\s+(prefetcht[01]|prfm)\s.*)");
  static const std::regex conversion(R"(^\s+(vcvtph2ps|fcvtl2?)\s.*)");
  static const std::regex stack(R"(.*(\(%rsp|\[sp).*)");
  std::map<std::string, Loop> loops;
  std::string current;
  Loop block;
  std::istringstream lines(assembly);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, label)) {
      const bool reduction = match[2].str().find("accumulator.s1") != std::string::npos ||
                             match[2].str().find("accumulator$1.s1") != std::string::npos;
      current = reduction ? match[1].str() : "";
      block = {};
    } else if (std::regex_match(line, match, branch)) {
      if (match[2] == current && block.fmas > 0) loops[current] = block;
    } else {
      if (std::regex_match(line, fma)) ++block.fmas;
      if (std::regex_match(line, prefetch)) ++block.prefetches;
      if (std::regex_match(line, conversion)) ++block.conversions;
      if (std::regex_match(line, stack)) block.stack_accesses.push_back(line);
    }
  }
  return loops;
}

TEST(ReductionLoops, AreFoundInAssembly) {
  const auto loops = reduction_loops(
      "f:\n.LBB0_1:  # outer\n\tvmovups (%rax), %ymm0\n.LBB0_2:   # %\"for accumulator.s1.k$x\"\n"
      "\tvfmadd231ps\t%ymm1, %ymm2, %ymm3\n\tvmovups\t%ymm4, 64(%rsp)\n\taddq $8, %rax\n"
      "\tjne\t.LBB0_2\n# %bb.3:\n\tjne\t.LBB0_1\n");
  ASSERT_EQ(loops.size(), 1u);
  EXPECT_EQ(loops.begin()->second.fmas, 1);
  EXPECT_EQ(loops.begin()->second.stack_accesses.size(), 1u);
}

struct Case {
  const char* target;
  double alpha;
  int resolution;
  ElementType weights_type = ElementType::Float32;
};

class HotLoops : public ::testing::TestWithParam<Case> {};

TEST_P(HotLoops, StayInRegisters) {
  frontend::MobileNetOptions options;
  options.alpha = GetParam().alpha;
  options.height = options.width = GetParam().resolution;
  const auto graph = frontend::build_mobilenet(options);
  ASSERT_TRUE(graph) << graph.error().to_string();
  const auto optimised = run_pipeline(*graph);
  ASSERT_TRUE(optimised) << optimised.error().to_string();
  const auto target = parse_target(GetParam().target);
  ASSERT_TRUE(target) << target.error().to_string();
  CompileOptions compilation;
  compilation.target = *target;
  compilation.weights_type = GetParam().weights_type;
  const auto selected = select_stages(*optimised, compilation);
  ASSERT_TRUE(selected) << selected.error().to_string();
  const auto plan = lower_to_stages(*selected, compilation);
  ASSERT_TRUE(plan) << plan.error().to_string();

  const slimc::testing::TemporaryFolder folder;
  int checked = 0, prefetching = 0;
  for (const Kernel& kernel : plan->kernels) {
    std::vector<std::string> arguments = {
        "-g",
        name_of(kernel.kind),
        "-f",
        "kernel",
        "-n",
        "kernel",
        "-e",
        "assembly",
        "-o",
        folder.path().string(),
        "target=" + target->halide + "-no_runtime-no_asserts-no_bounds_query"};
    std::string words = name_of(kernel.kind);
    for (const auto& [name, value] : kernel.parameters) {
      arguments.push_back(name + "=" + value);
      words += " " + arguments.back();
    }
    const auto outcome =
        run_process(SLIMC_BINARY_DIR "/bin/slimc-stages", arguments, std::chrono::seconds(60));
    ASSERT_TRUE(outcome && outcome->ok()) << words;
    std::ifstream file(folder.path() / "kernel.s");
    std::stringstream assembly;
    assembly << file.rdbuf();
    const bool prefetches = std::any_of(
        kernel.parameters.begin(), kernel.parameters.end(),
        [](const auto& p) { return p.first.starts_with("prefetch") && p.second != "0"; });
    // What Halide and LLVM do for targets that lack it.
    EXPECT_EQ(assembly.str().find("h2f"), std::string::npos) << words;
    for (const auto& [label, loop] : reduction_loops(assembly.str())) {
      ++checked;
      // One conversion a vector of weights, and the compiler's own are not needed for anything
      // else.
      const bool halves = GetParam().weights_type == ElementType::Float16 &&
                          kernel.kind != StageKind::FirstConvolution;
      EXPECT_EQ(loop.conversions > 0, halves) << words << "\n  " << label;
      EXPECT_EQ(loop.prefetches > 0, prefetches) << words << "\n  " << label;
      prefetching += prefetches;
      // The first convolution is 2% of the network and its loop is unrolled over all taps: one
      // access in fifty multiply-adds does not show there.
      const int allowed = kernel.kind == StageKind::FirstConvolution ? loop.fmas / 50 : 0;
      EXPECT_LE(static_cast<int>(loop.stack_accesses.size()), allowed)
          << words << "\n  " << label << ": " << loop.fmas << " FMAs, "
          << loop.stack_accesses.size() << " stack accesses, first " << loop.stack_accesses.front();
    }
  }
  // Ten and more kernels with at least a reduction each.
  EXPECT_GE(checked, 10);
  if (GetParam().alpha == 1.0) EXPECT_GT(prefetching, 0);
}

INSTANTIATE_TEST_SUITE_P(Published, HotLoops,
                         ::testing::Values(Case{"x86-64-v4", 1.0, 224}, Case{"x86-64-v3", 1.0, 224},
                                           Case{"arm64", 1.0, 224}, Case{"x86-64-v4", 0.25, 128},
                                           Case{"x86-64-v4", 1.0, 128, ElementType::Float16},
                                           Case{"x86-64-v3", 1.0, 128, ElementType::Float16},
                                           Case{"arm64", 1.0, 128, ElementType::Float16}),
                         [](const auto& info) {
                           std::string name = std::string(info.param.target) + "_" +
                                              std::to_string(int(info.param.alpha * 100)) + "_" +
                                              std::to_string(info.param.resolution);
                           if (info.param.weights_type == ElementType::Float16) name += "_f16";
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace slimc
