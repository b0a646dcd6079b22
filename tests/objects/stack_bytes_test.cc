// Frames of functions whose size is known, in code that clang makes. That the bound holds for whole
// libraries is shown by integration.bare_*, on a painted stack.
#include "compiler/objects/stack_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/run_tools.h"

namespace slimc {
namespace {

class StackBytes : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Triples, StackBytes,
                         ::testing::Values("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu",
                                           "armv7a-unknown-linux-gnueabihf"));

TEST_P(StackBytes, AreThoseOfTheFrame) {
  const auto frames =
      stack_frames(testing::compile_c("void g(char*); void f(void) { char a[1000]; g(a); }\n"
                                      "void big(void) { char a[100000]; g(a); }\n"
                                      "void aligned(void) { _Alignas(256) char a[512]; g(a); }\n",
                                      GetParam()),
                   GetParam());
  ASSERT_TRUE(frames);
  ASSERT_EQ(frames->size(), 3u);
  const auto expect_near = [&](const char* name, std::int64_t least) {
    EXPECT_GE(frames->at(name), least) << name;
    EXPECT_LE(frames->at(name), least + 1200) << name;
  };
  expect_near("f", 1000);
  expect_near("big", 100000);
  expect_near("aligned", 512 + 255);
}

TEST_P(StackBytes, AreUnknownWhereTheyAreNotConstant) {
  EXPECT_FALSE(stack_frames(
      testing::compile_c("void g(char*); void f(int n) { char a[n]; g(a); }\n", GetParam()),
      GetParam()));
}

TEST(StackBound, AddsAllFunctionsButTheLargestStageAlone) {
  const std::map<std::string, std::int64_t> code = {
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
