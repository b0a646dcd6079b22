#include "compiler/targets/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llvm/ADT/Triple.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Row {
  std::string text, halide, triple;
  int lanes, registers;
};

class TargetTable : public ::testing::TestWithParam<Row> {};

TEST_P(TargetTable, IsParsed) {
  const Row& row = GetParam();
  const auto target = parse_target(row.text);
  ASSERT_TRUE(target.has_value()) << target.error().to_string();
  EXPECT_EQ(target->halide, row.halide);
  EXPECT_EQ(target->triple, row.triple);
  EXPECT_EQ(target->traits.lanes(), row.lanes);
  EXPECT_EQ(target->traits.vector_registers, row.registers);
}

TEST_P(TargetTable, HalideStringIsAFixedPoint) {
  const std::string halide = parse_target(GetParam().text)->halide;
  const auto again = parse_target(halide);
  ASSERT_TRUE(again.has_value()) << again.error().to_string();
  EXPECT_EQ(again->halide, halide);
}

// LLVM reads a triple by position: one that clang would have to normalise means something else.
TEST_P(TargetTable, TripleIsNormal) {
  const std::string triple = parse_target(GetParam().text)->triple;
  EXPECT_EQ(llvm::Triple::normalize(triple), triple);
}

TEST(ParseTarget, KnowsWhichTargetsConvertHalves) {
  for (const char* text : {"x86-64-v3", "x86-64-v4", "x86-64-linux-f16c", "arm64", "arm64-macos",
                           "arm64-dotprod", "arm64-fp16"}) {
    EXPECT_TRUE(parse_target(text)->converts_half) << text;
  }
  for (const char* text : {"x86-64", "x86-64-linux-avx2-fma", "armv7-neon"}) {
    EXPECT_FALSE(parse_target(text)->converts_half) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Names, TargetTable,
    ::testing::Values(
        Row{"x86-64", "x86-64-linux-sse41", "x86_64-unknown-linux-gnu", 4, 16},
        Row{"x86-64-linux", "x86-64-linux-sse41", "x86_64-unknown-linux-gnu", 4, 16},
        Row{"x86-64-v3", "x86-64-linux-avx-avx2-f16c-fma-sse41", "x86_64-unknown-linux-gnu", 8, 16},
        Row{"x86-64-v3-windows", "x86-64-windows-avx-avx2-f16c-fma-sse41", "x86_64-pc-windows-msvc",
            8, 16},
        Row{"x86-64-v3-macos", "x86-64-osx-avx-avx2-f16c-fma-sse41", "x86_64-apple-macosx10.15.0",
            8, 16},
        Row{"x86-64-v4", "x86-64-linux-avx-avx2-avx512-avx512_skylake-f16c-fma-sse41",
            "x86_64-unknown-linux-gnu", 16, 32},
        Row{"arm64", "arm-64-linux", "aarch64-unknown-linux-gnu", 4, 32},
        Row{"arm64-android", "arm-64-android", "aarch64-unknown-linux-android21", 4, 32},
        Row{"arm64-macos", "arm-64-osx", "arm64-apple-macosx11.0.0", 4, 32},
        Row{"arm64-ios", "arm-64-ios", "arm64-apple-ios12.0.0", 4, 32},
        Row{"arm64-baremetal", "arm-64-noos", "aarch64-unknown-none-elf", 4, 32},
        Row{"arm64-dotprod", "arm-64-linux-arm_dot_prod", "aarch64-unknown-linux-gnu", 4, 32},
        Row{"arm64-dotprod-macos", "arm-64-osx-arm_dot_prod", "arm64-apple-macosx11.0.0", 4, 32},
        Row{"arm64-fp16", "arm-64-linux-arm_fp16", "aarch64-unknown-linux-gnu", 4, 32},
        Row{"arm64-fp16-ios", "arm-64-ios-arm_fp16", "arm64-apple-ios12.0.0", 4, 32},
        Row{"armv7-neon", "arm-32-linux", "armv7-unknown-linux-gnueabihf", 4, 16},
        Row{"armv7-neon-android", "arm-32-android", "armv7-unknown-linux-android21", 4, 16},
        Row{"armv7-neon-baremetal", "arm-32-noos", "armv7-unknown-none-eabihf", 4, 16},
        Row{"x86-64-noos", "x86-64-noos-sse41", "x86_64-unknown-none-elf", 4, 16},
        // Halide's own strings: order and repetition do not matter, implied features are added.
        Row{"x86-64-linux-fma-avx2-avx2", "x86-64-linux-avx-avx2-fma-sse41",
            "x86_64-unknown-linux-gnu", 8, 16},
        Row{"x86-32-linux-sse41", "x86-32-linux-sse41", "i386-unknown-linux-gnu", 4, 8},
        Row{"x86-64-linux-no_runtime-no_asserts-avx", "x86-64-linux-avx-sse41",
            "x86_64-unknown-linux-gnu", 8, 16},
        Row{"arm-64-linux-arm_dot_prod", "arm-64-linux-arm_dot_prod", "aarch64-unknown-linux-gnu",
            4, 32}));

struct BadRow {
  std::string text, message;
};
class BadTargets : public ::testing::TestWithParam<BadRow> {};

TEST_P(BadTargets, AreUsageErrors) {
  const auto target = parse_target(GetParam().text);
  ASSERT_FALSE(target.has_value());
  EXPECT_EQ(target.error().blame(), Blame::Usage);
  EXPECT_THAT(target.error().to_string(), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Names, BadTargets,
    ::testing::Values(
        BadRow{"", "neither host, nor one of x86-64, x86-64-v3"},
        BadRow{"amr64", "did you mean arm64?"}, BadRow{"x86-64-v5", "did you mean"},
        BadRow{"x86-64-linux-avx22", "'avx22' is not a Halide target feature (did you mean avx2"},
        BadRow{"x86-64-linus", "found 'linus' (did you mean linux?)"},
        BadRow{"x86-linux", "expected 32 or 64 behind 'x86-'"},
        BadRow{"x86-64-linux-avx2-cuda", "'cuda' is a Halide feature that slimc does not support"},
        BadRow{"arm-64-linux-avx2", "'avx2' is not a feature of arm"},
        BadRow{"armv7-neon-macos", "there is no 32-bit arm on macos"},
        BadRow{"armv7-neon-windows", "there is no 32-bit arm on windows"},
        BadRow{"x86-64-v3-ios", "there is no 64-bit x86 on ios"},
        BadRow{"hexagon-32-qurt", "slimc generates code for x86 and arm only"}));

TEST(Target, ReportsEveryBadFeatureAtOnce) {
  const auto target = parse_target("x86-64-linux-avx3-foo-opencl");
  ASSERT_FALSE(target.has_value());
  EXPECT_EQ(target.error().list().size(), 3u);
}

TEST(Target, RequiresWhatItsInstructionsNeed) {
  EXPECT_THAT(parse_target("x86-64")->required_features, ElementsAre("sse41"));
  EXPECT_THAT(parse_target("x86-64-v3")->required_features,
              ElementsAre("sse41", "avx", "avx2", "f16c", "fma"));
  EXPECT_THAT(parse_target("x86-64-v4")->required_features,
              ElementsAre("sse41", "avx", "avx2", "f16c", "fma", "avx512f", "avx512cd", "avx512bw",
                          "avx512dq", "avx512vl"));
  EXPECT_TRUE(parse_target("arm64")->required_features.empty());
  EXPECT_THAT(parse_target("arm64-dotprod")->required_features, ElementsAre("dotprod"));
  EXPECT_THAT(parse_target("arm64-fp16")->required_features, ElementsAre("fp16"));
}

TEST(Target, HostIsCompatibleAndMatchesTheKernelsView) {
#if !defined(__x86_64__) || !defined(__linux__)
  GTEST_SKIP() << "reads /proc/cpuinfo of x86";
#else
  const auto host = parse_target("host");
  ASSERT_TRUE(host.has_value());
  EXPECT_TRUE(host->is_host_compatible);
  EXPECT_GT(host->traits.l1_bytes, 0);
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line) && line.rfind("flags", 0) != 0) {
  }
  line += ' ';
  const auto& required = host->required_features;
  for (const char* name : {"avx", "avx2", "fma", "f16c"}) {
    const bool has = line.find(std::string(" ") + name + " ") != std::string::npos;
    EXPECT_EQ(std::count(required.begin(), required.end(), name), has ? 1 : 0) << name;
  }
#endif
}

TEST(Target, OtherMachinesAreNotCompatible) {
#if defined(__x86_64__)
  EXPECT_FALSE(parse_target("arm64")->is_host_compatible);
#endif
  EXPECT_FALSE(parse_target("x86-64-v3-windows")->is_host_compatible);
}

std::vector<std::string> names(const std::vector<Target>& targets) {
  std::vector<std::string> names;
  for (const Target& target : targets) names.push_back(target.name);
  return names;
}

TEST(Targets, OfOneLibraryAreInTheirOrder) {
  const auto three = parse_targets("x86-64-v4,x86-64-v3,x86-64");
  ASSERT_TRUE(three) << three.error().to_string();
  EXPECT_THAT(names(*three), ElementsAre("x86-64-v4", "x86-64-v3", "x86-64"));
  EXPECT_EQ(parse_targets("arm64-fp16,arm64")->size(), 2u);
  EXPECT_EQ(parse_targets("arm64-fp16-macos,arm64-macos")->size(), 2u);
  EXPECT_EQ(parse_targets("x86-64-v3-windows,x86-64-windows")->size(), 2u);
  EXPECT_EQ(parse_targets("x86-64-linux-avx2,x86-64")->size(), 2u);
  EXPECT_EQ(parse_targets("arm64-baremetal")->size(), 1u);
}

TEST(Targets, ThatOneLibraryCannotHaveAreNamed) {
  const auto error = [](const char* text) {
    const auto targets = parse_targets(text);
    return targets ? "" : targets.error().to_string();
  };
  EXPECT_EQ(error("x86-64,x86-64-v3"),
            "target 'x86-64,x86-64-v3': x86-64-v3 needs avx, which x86-64 before it does not; "
            "expected the most demanding first");
  EXPECT_EQ(error("x86-64-v3,arm64"),
            "target 'x86-64-v3,arm64': x86-64-v3 is x86_64-unknown-linux-gnu and arm64 is "
            "aarch64-unknown-linux-gnu; expected targets of one architecture and system");
  EXPECT_EQ(
      error("x86-64-v3,x86-64-v3-linux"),
      "target 'x86-64-v3,x86-64-v3-linux': x86-64-v3 and x86-64-v3-linux need the same of the "
      "CPU, so the second would never be taken");
  EXPECT_EQ(
      error("arm64-fp16-baremetal,arm64-baremetal"),
      "target 'arm64-fp16-baremetal,arm64-baremetal': nobody there can say which of these the "
      "CPU can run; expected one target");
  EXPECT_THAT(error("amr64,x86-64-v5"),
              ::testing::AllOf(HasSubstr("did you mean arm64?"), HasSubstr("target 'x86-64-v5'")));
  EXPECT_THAT(error("x86-64,"), HasSubstr("target ''"));
}

}  // namespace
}  // namespace slimc
