// Members of the family that nobody published: each is written by `slimc init`, compiled, and its
// numbers compared with the double-precision evaluation of the graph (`slimc verify`).
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "tests/common/temporary_folder.h"
#include "tests/tool/tool.h"

namespace slimc::testing {
namespace {

struct Member {
  const char* name;
  std::vector<std::string> arguments;
};

std::ostream& operator<<(std::ostream& stream, const Member& member) {
  return stream << member.name;
}

class Family : public ::testing::TestWithParam<Member> {};

TEST_P(Family, CompilesAndComputesWhatItShould) {
  const TemporaryFolder folder;
  std::vector<std::string> init = {"init", "-o", "net"};
  init.insert(init.end(), GetParam().arguments.begin(), GetParam().arguments.end());
  const ToolOutcome made = run_slimc(init, folder.path());
  ASSERT_EQ(made.status, 0) << made.transcript();
  const ToolOutcome verified = run_slimc({"verify", "net.ckpt"}, folder.path());
  EXPECT_EQ(verified.status, 0) << verified.transcript();
}

INSTANTIATE_TEST_SUITE_P(
    Slim, Family,
    ::testing::Values(
        Member{"OddWidth", {"--alpha", "0.33", "--resolution", "96x130", "--classes", "37"}},
        Member{"Wide", {"--alpha", "1.4", "--resolution", "32", "--classes", "3"}},
        Member{"Narrow", {"--alpha", "0.1", "--min-depth", "1", "--resolution", "33"}},
        Member{"DepthMultiplier",
               {"--alpha", "0.25", "--resolution", "64", "--depth-multiplier", "2"}},
        Member{"Grey", {"--alpha", "0.25", "--resolution", "47x64", "--channels", "1"}},
        Member{"OutputStride8", {"--alpha", "0.25", "--resolution", "64", "--output-stride", "8"}},
        Member{"OutputStride16",
               {"--alpha", "0.25", "--resolution", "64", "--output-stride", "16", "--padding",
                "symmetric"}},
        Member{"GlobalPool", {"--alpha", "0.25", "--resolution", "64", "--global-pool"}},
        Member{"NoTop", {"--alpha", "0.25", "--resolution", "48", "--no-top"}},
        Member{"NoClasses",
               {"--alpha", "0.25", "--resolution", "48", "--classes", "0", "--global-pool"}},
        Member{"Logits", {"--alpha", "0.25", "--resolution", "32", "--no-softmax"}}),
    [](const auto& member) { return member.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Keras, Family,
    ::testing::Values(
        Member{"Smallest", {"--dialect", "keras", "--alpha", "0.25", "--resolution", "32"}},
        Member{"NoTop",
               {"--dialect", "keras", "--alpha", "0.25", "--resolution", "32", "--no-top"}},
        Member{"NoTopAverage",
               {"--dialect", "keras", "--alpha", "0.33", "--resolution", "48", "--no-top",
                "--pooling", "avg"}},
        Member{"NoTopMax",
               {"--dialect", "keras", "--alpha", "0.25", "--resolution", "96x130", "--no-top",
                "--pooling", "max"}},
        Member{"BottomRight",
               {"--dialect", "keras", "--alpha", "0.25", "--resolution", "33x64", "--padding",
                "bottom-right", "--classes", "7"}},
        Member{"DepthMultiplier",
               {"--dialect", "keras", "--alpha", "0.1", "--resolution", "64", "--depth-multiplier",
                "2", "--channels", "1", "--no-softmax"}}),
    [](const auto& member) { return member.param.name; });

}  // namespace
}  // namespace slimc::testing
