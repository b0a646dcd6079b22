// Frames of functions whose size is known, in code that clang makes. That the bound holds for whole
// libraries is shown by integration.bare_*, on a painted stack.
#include "compiler/objects/stack_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/objects/stack_reader.h"
#include "compiler/targets/target_list.h"
#include "tests/common/run_tools.h"

namespace slimc {
namespace {

using ::testing::HasSubstr;

Result<StackFrames> frames_of(const std::string& code, const Target& target) {
  return stack_frames(testing::compile_c(code, target.triple), target);
}

class FramesOf : public ::testing::TestWithParam<const char*> {
 protected:
  const Target target_ = *parse_target(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Targets, FramesOf,
                         ::testing::Values("x86-64", "x86-32-linux", "x86-64-macos", "arm64",
                                           "arm64-macos", "armv7-neon"));

TEST_P(FramesOf, FunctionsAreWhatTheyTake) {
  const auto frames = frames_of(
      "void g(char*); void f(void) { char a[1000]; g(a); }\n"
      "void big(void) { char a[100000]; g(a); }\n"
      "void aligned(void) { _Alignas(256) char a[512]; g(a); }\n",
      target_);
  ASSERT_TRUE(frames) << frames.error().to_string();
  ASSERT_EQ(frames->size(), 3u);
  const std::string prefix = frames->contains("f") ? "" : "_";
  const auto expect_near = [&](const std::string& name, std::int64_t least) {
    EXPECT_GE(frames->at(prefix + name), least) << name;
    EXPECT_LE(frames->at(prefix + name), least + 1200) << name;
  };
  expect_near("f", 1000);
  expect_near("big", 100000);
  expect_near("aligned", 512 + 255);
}

TEST_P(FramesOf, FunctionsOfNoConstantSizeAreNamedWithTheirInstruction) {
  const auto frames = frames_of("void g(char*); void f(int n) { char a[n]; g(a); }\n", target_);
  ASSERT_FALSE(frames);
  EXPECT_THAT(frames.error().to_string(), HasSubstr("f: '"));
  EXPECT_THAT(frames.error().to_string(), HasSubstr("' takes what is no constant"));
}

TEST(StackFrames, AreKnownForEveryListedTarget) {
  for (const ListedTarget& listed : listed_targets()) {
    const auto frames =
        frames_of("void g(char*); void f(void) { char a[1000]; g(a); }", listed.target);
    ASSERT_TRUE(frames) << listed.name() << ": " << frames.error().to_string();
    EXPECT_EQ(frames->size(), 1u) << listed.name();
  }
}

TEST(StackFrames, SayWhyTheyAreNotKnown) {
  const auto error = [](const Result<StackFrames>& frames) {
    return frames ? "" : frames.error().to_string();
  };
  const char* code = "int f(void) { return 1; }";
  const Target known = *parse_target("arm64");
  Architecture without_reader = *known.architecture;
  without_reader.stack_reader = "";
  Target target = known;
  target.architecture = &without_reader;
  EXPECT_EQ(error(frames_of(code, target)),
            "slimc does not know what instructions of 64-bit arm take");
  target = known;
  target.triple = "pdp11-dec-unix";
  EXPECT_THAT(error(stack_frames("", target)), HasSubstr("LLVM does not read pdp11-dec-unix: "));
  EXPECT_THAT(error(stack_frames("no object", known)), HasSubstr("is no object file"));
  EXPECT_EQ(error(stack_frames(testing::compile_c(code, "thumbv7m-unknown-none-eabi"),
                               *parse_target("armv7-neon"))),
            "there is Thumb code at 0x0");
}

}  // namespace
}  // namespace slimc
