#include "compiler/objects/stack_bytes.h"

#include <gtest/gtest.h>

namespace slimc {
namespace {

TEST(StackBound, AddsAllFunctionsButTheLargestStageAlone) {
  const StackFrames code = {
      {"mynet_run", 100},
      {"_ZN12_GLOBAL__N_114compute_conv_0ERi", 1000},
      {"_ZN12_GLOBAL__N_115compute_block_1ERi", 2000},
      {"_ZN12_GLOBAL__N_114compute_stagesERi", 64},
  };
  EXPECT_EQ(stack_bound(code, 500), 2816);  // 128 of a red zone, 2792 in all
}

TEST(StackBound, CountsNoUnusedEntryPoints) {
  EXPECT_EQ(kernel_stack({{"k", 100}, {"k_argv", 500}, {"helper", 50}}, "_argv"), 150);
}

}  // namespace
}  // namespace slimc
