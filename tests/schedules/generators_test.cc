// What all generators promise: each kind of stage has one, whose parameters fit each other.
#include <gmock/gmock.h>

#include <regex>

#include "schedules/tiling/tiling.h"
#include "support/process.h"
#include "tests/common/run_tools.h"

namespace slimc::testing {
namespace {

using ::testing::HasSubstr;

const std::string kStages = SLIMC_BINARY_DIR "/bin/slimc-stages";
// With assertions, so that what is promised is compared with what is read.
const std::string kTarget = "target=x86-64-linux-no_runtime";

// A kernel by hand begins with these.
TEST(Generators, HaveDefaultsThatFitEachOther) {
  const TemporaryFolder folder = temporary_folder();
  for (const StageKind kind : kStageKinds) {
    SCOPED_TRACE(name_of(kind));
    output_of(kStages, {"-g", name_of(kind), "-f", "kernel", "-n", name_of(kind), "-o",
                        folder.path(), "-e", "stmt", kTarget});
    const std::string lowered = read_text(folder.path() / (name_of(kind) + std::string(".stmt")));
    EXPECT_THAT(lowered, HasSubstr("produce"));
    // Dimension, and the ends of what its bounds allow and of what is read.
    const std::regex reads_more(R"(make_required_region_smaller\("[^"]*", \d, 0, \d+, 0, \d+\))");
    std::smatch found;
    EXPECT_FALSE(std::regex_search(lowered, found, reads_more)) << found.str();
  }
}

// What Halide's generator program ends with.
std::string problem_of(const std::string& parameter) {
  const TemporaryFolder folder = temporary_folder();
  const auto outcome = run_process(
      kStages,
      {"-g", "copy", "-f", "kernel", "-o", folder.path(), "-e", "stmt", kTarget, parameter},
      std::chrono::minutes(2));
  EXPECT_TRUE(outcome && !outcome->ok());
  return outcome ? outcome->output : "";
}

TEST(Generators, SayWhatIsWrongWithDimensions) {
  EXPECT_THAT(problem_of("in_dims=1001:1"), HasSubstr("'1001:1' are 1 dimensions of in, "
                                                      "expected 2"));
  for (const std::string words :
       {"1001", "1001:1,", "1001:1,1", "1001:1,1:1008,", "1001:1;1:1008", "1001:1,0:1008",
        "1001:1,1:-8", "c:1,1:1008", "1001:1,1:1e9999", "1001:1,1:99999999999"}) {
    EXPECT_THAT(problem_of("in_dims=" + words),
                HasSubstr("'" + words +
                          "' is no list of dimensions, expected EXTENT:STRIDE of "
                          "each, innermost first: '64:1,14:72'"));
  }
}

}  // namespace
}  // namespace slimc::testing
