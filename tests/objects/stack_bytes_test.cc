#include "compiler/objects/stack_bytes.h"

#include <gtest/gtest.h>

namespace slimc {
namespace {

TEST(StackBound, AddsAllFunctionsButTheLargestStageAlone) {
  const StackFrames code = {
      {"mynet_run", 100},
      {"_ZN5slimc12_GLOBAL__N_113compute_tasksIXadL_Z13tiny_k_conv_0EEiEEvRT0_", 1000},
      {"_ZN5slimc12_GLOBAL__N_113compute_tasksIXadL_Z14tiny_k_block_1EEiEEvRT0_", 2000},
      {"_ZN5slimc12_GLOBAL__N_16WorkerIiE9run_stageEi", 64},
  };
  EXPECT_EQ(stack_bound(code, 500), 2816);  // 128 of a red zone, 2792 in all
}

TEST(StackBound, CountsNoUnusedEntryPoints) {
  EXPECT_EQ(kernel_stack({{"k", 100}, {"k_argv", 500}, {"helper", 50}}, "_argv"), 150);
}

}  // namespace
}  // namespace slimc
