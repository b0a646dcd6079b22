// The reductions of the published networks' kernels, where 97% of the multiply-adds are, keep
// everything in registers: their loops must not touch the stack. Reads the assembly that the
// generator program writes. (Depthwise loops wait for loads, whatever the allocator does.)
//
// For ARM, llvm-mca also says how near they come to what a core's multiply-add units can do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/benchmarks/arm/inner_loops.h"
#include "tests/benchmarks/arm/machine_code_analyzer.h"
#include "tests/benchmarks/arm/network_kernels.h"

namespace slimc {
namespace {

using arm::InnerLoop;
using ::testing::ElementsAre;

std::vector<InnerLoop> reduction_loops(const std::string& assembly) {
  std::vector<InnerLoop> loops = arm::inner_loops(assembly);
  std::erase_if(loops, [](const InnerLoop& loop) { return !loop.is_reduction(); });
  return loops;
}

TEST(ReductionLoops, AreFoundInAssembly) {
  const auto loops = reduction_loops(
      "f:\n.LBB0_1:  # outer\n\tvmovups (%rax), %ymm0\n.LBB0_2:   # %\"for accumulator.s1.k$x\"\n"
      "\tvfmadd231ps\t%ymm1, %ymm2, %ymm3\n\tvmovups\t%ymm4, 64(%rsp)\n\taddq $8, %rax\n"
      "\tjne\t.LBB0_2\n# %bb.3:\n\tjne\t.LBB0_1\n");
  ASSERT_EQ(loops.size(), 1u);
  EXPECT_EQ(loops[0].label, ".LBB0_2");
  EXPECT_EQ(loops[0].name, "accumulator.s1.k$x");
  EXPECT_EQ(loops[0].fmas, 1);
  EXPECT_EQ(loops[0].stack_accesses.size(), 1u);
  EXPECT_EQ(loops[0].instructions.size(), 4u);
}

TEST(ReductionLoops, AreCountedForArm) {
  const auto loops = reduction_loops(
      ".LBB0_3:      // %\"for accumulator$1.s1.k$x.ko\"\n                 //   Parent Loop BB0_1\n"
      "\tldp\tq0, q1, [x1], #32\n\tld1r\t{ v2.4s }, [x2], #4\n\tprfm\tpldl2keep, [x3]\n"
      "\tfmla\tv3.4s, v0.4s, v2.4s\n\tfmla\tv4.4s, v1.4s, v2.s[0]\n\tldr\tx4, [sp, #8]\n"
      "\tcbz\tx4, .LBB0_9\n\tb.ne\t.LBB0_3\n.LBB0_9:\n"
      ".LBB1_2:      @ %\"for accumulator.s1.k$x.ko\"\n\tvld1.32\t{d0, d1}, [r1]!\n"
      "\tvmla.f32\tq2, q3, d0[1]\n\tadd\tlr, sp, #16\n\tvstmia\tlr, {d4, d5}\n\tbne\t.LBB1_2\n"
      ".LBB1_4:      @ %\"for scratch.s0.c.co\"\n\tvmul.f32\tq2, q3, q4\n\tbne\t.LBB1_4\n");
  ASSERT_EQ(loops.size(), 2u);
  EXPECT_EQ(loops[0].fmas, 2);
  EXPECT_EQ(loops[0].loads, 3);
  EXPECT_EQ(loops[0].prefetches, 1);
  EXPECT_THAT(loops[0].stack_accesses, ElementsAre("\tldr\tx4, [sp, #8]"));
  EXPECT_EQ(loops[1].fmas, 1);
  EXPECT_EQ(loops[1].loads, 1);
  EXPECT_THAT(loops[1].stack_accesses, ElementsAre("\tadd\tlr, sp, #16"));
}

struct Case {
  const char* target;
  double alpha;
  int resolution;
  ElementType weights_type = ElementType::Float32;
};

// At least 90% of what an endless stream of independent multiply-adds reaches in the same model:
// cortex-a76, which LLVM models as an A57 up to version 22, and where there is a model of it
// neoverse-n1, the A76 for servers. No time is measured.
void expect_near_the_limit(const std::string& triple, const std::vector<InnerLoop>& loops) {
  const std::filesystem::path llvm_mca = arm::find_llvm_mca();
  if (llvm_mca.empty())
    GTEST_SKIP() << "llvm-mca is not installed: shares of the limit not checked";
  for (const char* cpu : {"cortex-a76", "neoverse-n1"}) {
    const arm::Core core = {triple, cpu};
    const auto limit = arm::cycles_per_fma(llvm_mca, core);
    ASSERT_TRUE(limit) << limit.error().to_string();
    const auto cycles = arm::cycles_per_iteration(llvm_mca, core, loops);
    ASSERT_TRUE(cycles) << cycles.error().to_string();
    for (std::size_t i = 0; i < loops.size(); ++i) {
      EXPECT_GE(loops[i].fmas * *limit / (*cycles)[i], 0.9)
          << cpu << ", " << loops[i].label << ": " << loops[i].fmas << " FMAs in " << (*cycles)[i]
          << " cycles";
    }
  }
}

class HotLoops : public ::testing::TestWithParam<Case> {};

TEST_P(HotLoops, StayInRegisters) {
  const auto target = parse_target(GetParam().target);
  ASSERT_TRUE(target) << target.error().to_string();
  CompileOptions compilation;
  compilation.targets = {*target};
  compilation.plan.precision.weights = GetParam().weights_type;
  const auto plan = arm::plan_network(GetParam().alpha, GetParam().resolution, compilation);
  ASSERT_TRUE(plan) << plan.error().to_string();

  std::vector<InnerLoop> products;
  int checked = 0, prefetching = 0;
  for (const Kernel& kernel : plan->kernels) {
    const std::string words = arm::words(kernel);
    const auto assembly = arm::assembly_of(kernel, *target, SLIMC_BINARY_DIR "/bin/slimc-stages");
    ASSERT_TRUE(assembly) << assembly.error().to_string();
    const bool prefetches = std::any_of(
        kernel.parameters.begin(), kernel.parameters.end(),
        [](const auto& p) { return p.first.starts_with("prefetch") && p.second != "0"; });
    // What Halide and LLVM do for targets that lack it.
    EXPECT_EQ(assembly->find("h2f"), std::string::npos) << words;
    for (const InnerLoop& loop : reduction_loops(*assembly)) {
      ++checked;
      if (kernel.kind != StageKind::FirstConvolution) products.push_back(loop);
      // One conversion a vector of weights, and the compiler's own are not needed for anything
      // else.
      const bool halves = GetParam().weights_type == ElementType::Float16 &&
                          kernel.kind != StageKind::FirstConvolution;
      EXPECT_EQ(loop.conversions > 0, halves) << words << "\n  " << loop.label;
      EXPECT_EQ(loop.prefetches > 0, prefetches) << words << "\n  " << loop.label;
      prefetching += prefetches;
      // The first convolution is 2% of the network and its loop is unrolled over all taps: one
      // access in fifty multiply-adds does not show there.
      const int allowed = kernel.kind == StageKind::FirstConvolution ? loop.fmas / 50 : 0;
      EXPECT_LE(static_cast<int>(loop.stack_accesses.size()), allowed)
          << words << "\n  " << loop.label << ": " << loop.fmas << " FMAs, "
          << loop.stack_accesses.size() << " stack accesses, first " << loop.stack_accesses.front();
    }
  }
  // Ten and more kernels with at least a reduction each.
  EXPECT_GE(checked, 10);
  if (GetParam().alpha == 1.0) EXPECT_GT(prefetching, 0);
  if (target->halide.starts_with("arm-64") && GetParam().weights_type == ElementType::Float32) {
    expect_near_the_limit(target->triple, products);
  }
}

INSTANTIATE_TEST_SUITE_P(Published, HotLoops,
                         ::testing::Values(Case{"x86-64-v4", 1.0, 224}, Case{"x86-64-v3", 1.0, 224},
                                           Case{"arm64", 1.0, 224}, Case{"arm64", 0.5, 160},
                                           Case{"armv7-neon", 1.0, 224},
                                           Case{"x86-64-v4", 0.25, 128},
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
