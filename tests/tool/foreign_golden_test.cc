// What `slimc inspect` says of files that are no model it reads, one after the other, against
// golden/foreign_forms.txt, which golden_test.cc says how to update.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "support/files.h"
#include "tests/common/temporary_folder.h"
#include "tests/frontend/foreign_samples.h"
#include "tests/tool/tool.h"

namespace slimc::testing {
namespace {

void write(const std::filesystem::path& folder, const ForeignSample& sample) {
  if (!sample.name.ends_with('/')) {
    std::ofstream(folder / sample.name, std::ios::binary) << sample.bytes;
    return;
  }
  std::filesystem::create_directory(folder / sample.name);
  std::istringstream members(sample.bytes);
  for (std::string member; members >> member;) {
    std::ofstream(folder / sample.name / member) << "x";
  }
}

TEST(ForeignForms, AreCalledByTheirNames) {
  const TemporaryFolder folder;
  for (const ForeignSample& sample : foreign_samples()) write(folder.path(), sample);
  std::string actual;
  for (const ForeignSample& sample : foreign_samples()) {
    const ToolOutcome outcome = run_slimc({"inspect", sample.name}, folder.path());
    EXPECT_EQ(outcome.status, 1) << sample.name << ": " << outcome.transcript();
    EXPECT_EQ(outcome.out, "") << sample.name;
    // One line, which is no other parser's.
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    actual += outcome.err;
  }
  const std::filesystem::path file = SLIMC_SOURCE_DIR "/tests/tool/golden/foreign_forms.txt";
  if (std::getenv("SLIMC_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(file, std::ios::binary) << actual;
    GTEST_SKIP() << "written: " << file;
  }
  const Result<std::string> expected = read_file(file);
  ASSERT_TRUE(expected) << expected.error().to_string();
  EXPECT_EQ(actual, *expected);
}

}  // namespace
}  // namespace slimc::testing
