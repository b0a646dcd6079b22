// Products in 16-bit arithmetic: eight lanes an instruction, and sums that stay in registers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/benchmarks/arm/inner_loops.h"
#include "tests/benchmarks/arm/network_kernels.h"

namespace slimc {
namespace {

using ::testing::HasSubstr;

TEST(HalfLoops, MultiplyEightLanesAndStayInRegisters) {
  CompileOptions compilation;
  compilation.targets = {*parse_target("arm64-fp16")};
  compilation.plan.precision.weights = ElementType::Float16;
  compilation.plan.precision.arithmetic = ElementType::Float16;
  const auto plan = arm::plan_network(1.0, 224, compilation);
  ASSERT_TRUE(plan) << plan.error().to_string();
  int products = 0;
  for (const Kernel& kernel : plan->kernels) {
    if (kernel.kind != StageKind::Pointwise && kernel.kind != StageKind::DepthwisePointwise) {
      continue;
    }
    SCOPED_TRACE(arm::words(kernel));
    const auto assembly =
        arm::assembly_of(kernel, compilation.target(), SLIMC_BINARY_DIR "/bin/slimc-stages");
    ASSERT_TRUE(assembly) << assembly.error().to_string();
    int loops = 0;
    for (const arm::InnerLoop& loop : arm::inner_loops(*assembly)) {
      if (!loop.is_reduction()) continue;
      ++loops;
      for (const std::string& instruction : loop.instructions) {
        if (instruction.find("fmla") == std::string::npos) continue;
        EXPECT_THAT(instruction, HasSubstr(".8h"));
        EXPECT_THAT(instruction, HasSubstr(".h[")) << "times a lane of the pixel's";
      }
      EXPECT_TRUE(loop.stack_accesses.empty()) << loop.label << ": " << loop.stack_accesses.size()
                                               << ", first " << loop.stack_accesses.front();
      // What a stage alone narrows: a vector of four channels a pixel.
      const auto narrowing = std::count_if(loop.instructions.begin(), loop.instructions.end(),
                                           [](const std::string& instruction) {
                                             return instruction.find("fcvtn") != std::string::npos;
                                           });
      EXPECT_EQ(narrowing > 0, kernel.kind == StageKind::Pointwise) << loop.label;
      EXPECT_LE(narrowing * 8, loop.fmas) << loop.label;
    }
    EXPECT_GE(loops, 1);
    products += loops;
  }
  EXPECT_GE(products, 10);
}

}  // namespace
}  // namespace slimc
