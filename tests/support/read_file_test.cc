#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "support/files.h"
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

constexpr std::uint64_t kLargest = std::uint64_t{1} << 40;
constexpr std::chrono::milliseconds kLittlePatience(20);

TEST(ReadFile, TakesLittleOfWhatHasNoEnd) {
  const auto read = read_file("/dev/zero", kLargest);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().to_string(),
              HasSubstr("limit of " + std::to_string(kMaxStreamBytes) + " bytes"));
}

TEST(ReadFile, APipeThatNobodyWritesIsAFailure) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const auto read = read_file(folder / "pipe", kLargest, NamedBy::User, kLittlePatience);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().to_string(), HasSubstr("nobody has written anything into it"));
}

TEST(ReadFile, AWriterOfAPipeThatSaysNothingIsAFailure) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const UniqueFd writer(::open((folder / "pipe").c_str(), O_RDWR));
  ASSERT_EQ(::write(writer.get(), "x", 1), 1);
  const auto read = read_file(folder / "pipe", kLargest, NamedBy::User, kLittlePatience);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().to_string(), HasSubstr("nobody has written anything into it"));
}

TEST(ReadFile, GivesAllThatGoesThroughAPipe) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const std::string bytes(300'000, 'x');
  std::thread writer([&] { std::ofstream(folder / "pipe") << bytes; });
  const auto read = read_file(folder / "pipe");
  writer.join();
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, bytes);
}

TEST(ReadFile, GivesWhatIsLeftInADescriptorsPipe) {
  int ends[2] = {};
  ASSERT_EQ(::pipe(ends), 0);
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  ASSERT_EQ(::write(write_end.get(), "bytes", 5), 5);
  write_end.close();
  const std::string name = "/dev/fd/" + std::to_string(read_end.get());
  const auto read = read_file(name, kLargest);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, "bytes");
}

TEST(ReadFile, WhatAModelNamesIsARegularFile) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink("/dev/zero", folder / "link");
  for (const auto& [name, words] : {std::pair("pipe", "is a pipe, expected a regular file"),
                                    std::pair("link", "is a device, expected a regular file")}) {
    const auto read = read_file(folder / name, kLargest, NamedBy::Model);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().to_string(), HasSubstr(words));
    EXPECT_FALSE(open_regular_file(folder / name));
  }
}

TEST(ReadFile, APieceIsWithinItsFile) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "f") << "0123456789";
  const auto file = open_regular_file(folder / "f");
  ASSERT_TRUE(file);
  EXPECT_EQ(read_piece(*file, 2, 3), "234");
  EXPECT_EQ(read_piece(*file, 10, 0), "");
  EXPECT_EQ(read_piece(*file, 8, 3), std::nullopt);
  EXPECT_EQ(read_piece(*file, 11, 0), std::nullopt);
  EXPECT_EQ(read_piece(*file, 1, ~std::uint64_t{0}), std::nullopt);
}

}  // namespace
}  // namespace slimc
