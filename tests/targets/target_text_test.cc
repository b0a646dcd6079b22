#include "compiler/targets/target_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TargetText, IsAFamilyWithOrWithoutASystem) {
  const auto alone = parse_target_text("arm64-dotprod");
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->architecture, &architecture(ArchitectureId::Arm64));
  EXPECT_EQ(alone->platform, find_platform("linux"));
  EXPECT_THAT(alone->features, ElementsAre("arm_dot_prod"));
  const auto windows = parse_target_text("x86-64-v3-windows");
  ASSERT_TRUE(windows);
  EXPECT_EQ(windows->platform, find_platform("windows"));
  EXPECT_THAT(windows->features, ElementsAre("avx", "avx2", "f16c", "fma", "sse41"));
}

// "x86-64-linux" is both, and the family wins: Halide's has no features.
TEST(TargetText, IsAFamilyBeforeAHalideTarget) {
  EXPECT_THAT(parse_target_text("x86-64-linux")->features, ElementsAre("sse41"));
  EXPECT_THAT(parse_target_text("arm-64-linux")->features, IsEmpty());
  EXPECT_THAT(parse_target_text("x86-64-linux-avx")->features, ElementsAre("avx", "sse41"));
}

TEST(TargetText, IsAHalideTargetAndBecomesItAgain) {
  for (const char* text : {"x86-32-windows-avx-sse41", "arm-32-noos-soft_float_abi",
                           "arm-64-osx-arm_dot_prod-strict_float"}) {
    const auto parts = parse_target_text(text);
    ASSERT_TRUE(parts) << text << ": " << parts.error().to_string();
    EXPECT_EQ(halide_string(*parts), text);
  }
  EXPECT_EQ(halide_string(*parse_target_text("arm-64-linux-no_runtime-no_asserts")),
            "arm-64-linux");
}

TEST(TargetText, ThatIsWrongIsSaidWithAllThatIs) {
  const auto parts = parse_target_text("arm-16-lunix-avx2-cuda-arm_fp61");
  ASSERT_FALSE(parts);
  EXPECT_EQ(parts.error().to_string(),
            "target 'arm-16-lunix-avx2-cuda-arm_fp61': expected 32 or 64 behind 'arm-'\n"
            "target 'arm-16-lunix-avx2-cuda-arm_fp61': '16' is not a Halide target feature\n"
            "target 'arm-16-lunix-avx2-cuda-arm_fp61': 'lunix' is not a Halide target feature\n"
            "target 'arm-16-lunix-avx2-cuda-arm_fp61': 'avx2' is not a feature of arm\n"
            "target 'arm-16-lunix-avx2-cuda-arm_fp61': 'cuda' is a Halide feature that slimc does "
            "not support\n"
            "target 'arm-16-lunix-avx2-cuda-arm_fp61': 'arm_fp61' is not a Halide target feature "
            "(did you mean arm_fp16?)");
  EXPECT_EQ(parse_target_text("mips-32-linux").error().to_string(),
            "target 'mips-32-linux': Halide knows the architecture 'mips', but slimc generates "
            "code for x86 and arm only");
}

TEST(TargetText, NamesTheFamilies) {
  EXPECT_THAT(target_families(), ElementsAre("x86-64", "x86-64-v3", "x86-64-v4", "arm64",
                                             "arm64-dotprod", "arm64-fp16", "armv7-neon"));
}

}  // namespace
}  // namespace slimc
