#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "compiler/support/files.h"
#include "tests/common/temporary_folder.h"

namespace slimc {
namespace {

using ::testing::HasSubstr;

TEST(ReadFile, GivesAllBytes) {
  const testing::TemporaryFolder folder;
  std::string bytes(100'000, 'x');
  bytes[5] = '\0';
  bytes[6] = '\n';
  std::ofstream(folder / "f", std::ios::binary) << bytes;
  const auto read = read_file(folder / "f");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, bytes);
}

TEST(ReadFile, GivesAnEmptyFile) {
  const auto read = read_file("/dev/null");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, "");
}

TEST(ReadFile, DoesNotTrustTheSizeThatTheSystemSays) {
  // Files of /proc say that they are empty.
  const auto read = read_file("/proc/self/status");
  ASSERT_TRUE(read);
  EXPECT_THAT(*read, HasSubstr("Pid:"));
}

TEST(ReadFile, NamesAMissingFileAndTheReason) {
  const auto read = read_file("/nowhere/at/all");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().to_string(),
            "/nowhere/at/all: cannot be opened: No such file or directory");
  EXPECT_EQ(read.error().blame(), Blame::Input);
}

TEST(ReadFile, RefusesAFolder) {
  const testing::TemporaryFolder folder;
  const auto read = read_file(folder.path());
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().to_string(), HasSubstr("Is a directory"));
}

TEST(ReadFile, RefusesWhatIsLargerThanTheLimit) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "f") << "12345";
  EXPECT_TRUE(read_file(folder / "f", 5));
  const auto read = read_file(folder / "f", 4);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().to_string(), HasSubstr("limit of 4 bytes"));
  EXPECT_FALSE(read_file("/dev/zero", 1 << 20));  // has no size of its own
}

}  // namespace
}  // namespace slimc
