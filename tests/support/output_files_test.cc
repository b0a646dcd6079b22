#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <thread>

#include "support/files.h"
#include "tests/common/temporary_folder.h"

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string contents(const std::filesystem::path& path) {
  auto bytes = read_file(path);
  return bytes ? *bytes : "(unreadable)";
}

void write(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// What `commit` says when it fails; empty if it succeeds.
std::string message_of(const Result<void>& result) {
  return result ? "" : result.error().to_string();
}

TEST(OutputFiles, AllFilesAppearWithTheirBytes) {
  const testing::TemporaryFolder folder;
  OutputFiles files;
  files.add(folder / "a", "one");
  files.add(folder / "new/deep/b", std::string("t\0o", 3));
  EXPECT_THAT(folder.listing(), IsEmpty()) << "nothing is visible before commit";
  ASSERT_EQ(message_of(files.commit()), "");
  EXPECT_EQ(contents(folder / "a"), "one");
  EXPECT_EQ(contents(folder / "new/deep/b"), std::string("t\0o", 3));
  EXPECT_THAT(folder.listing(), ElementsAre("a", "new", "new/deep", "new/deep/b"));
}

TEST(OutputFiles, NothingAppearsWithoutCommit) {
  const testing::TemporaryFolder folder;
  {
    OutputFiles files;
    files.add(folder / "a", "one");
  }
  EXPECT_THAT(folder.listing(), IsEmpty());
}

TEST(OutputFiles, ReplacesOlderFiles) {
  const testing::TemporaryFolder folder;
  write(folder / "a", "old");
  OutputFiles files;
  files.add(folder / "a", "new");
  ASSERT_EQ(message_of(files.commit()), "");
  EXPECT_EQ(contents(folder / "a"), "new");
  EXPECT_THAT(folder.listing(), ElementsAre("a"));
}

TEST(OutputFiles, FilesGetTheUsersMode) {
  const testing::TemporaryFolder folder;
  const mode_t before = ::umask(027);
  OutputFiles files;
  files.add(folder / "a", "x");
  const std::string message = message_of(files.commit());
  ::umask(before);
  ASSERT_EQ(message, "");
  struct stat status = {};
  ASSERT_EQ(::stat((folder / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
}

TEST(OutputFiles, RelativePathsWithoutFolder) {
  const testing::TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  OutputFiles files;
  files.add("a", "x");
  files.add("sub/", "y");
  files.add("b", "y");
  const std::string message = message_of(files.commit());
  const auto listing = folder.listing();
  std::filesystem::current_path(before);
  EXPECT_THAT(message, HasSubstr("sub/: cannot be written: Is a directory"));
  EXPECT_THAT(listing, IsEmpty());
}

TEST(OutputFiles, AFileInPlaceOfAFolderLeavesNothingBehind) {
  const testing::TemporaryFolder folder;
  write(folder / "file", "older");
  write(folder / "z", "older");
  OutputFiles files;
  files.add(folder / "z", "newer");
  files.add(folder / "made/here/a", "newer");
  files.add(folder / "file/b", "newer");
  EXPECT_THAT(message_of(files.commit()),
              AllOf(HasSubstr("/file: "), HasSubstr("Not a directory")));
  EXPECT_THAT(folder.listing(), ElementsAre("file", "z"));
  EXPECT_EQ(contents(folder / "file"), "older");
  EXPECT_EQ(contents(folder / "z"), "older");
}

TEST(OutputFiles, AFolderUnderAFinalNameLeavesOlderFilesAlone) {
  const testing::TemporaryFolder folder;
  write(folder / "a", "older");
  std::filesystem::create_directory(folder / "b");
  OutputFiles files;
  files.add(folder / "a", "newer");
  files.add(folder / "b", "newer");
  EXPECT_THAT(message_of(files.commit()), AllOf(HasSubstr("/b: "), HasSubstr("Is a directory")));
  EXPECT_THAT(folder.listing(), ElementsAre("a", "b"));
  EXPECT_EQ(contents(folder / "a"), "older");
}

TEST(OutputFiles, NameTooLongForTheFileSystem) {
  const testing::TemporaryFolder folder;
  write(folder / "a", "older");
  OutputFiles files;
  files.add(folder / "a", "newer");
  files.add(folder / std::string(300, 'n'), "newer");
  EXPECT_THAT(message_of(files.commit()), HasSubstr("File name too long"));
  EXPECT_THAT(folder.listing(), ElementsAre("a"));
  EXPECT_EQ(contents(folder / "a"), "older");
}

TEST(OutputFiles, AWriteThatFailsHalfwayLeavesNothingBehind) {
  const testing::TemporaryFolder folder;
  write(folder / "a", "older");
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small = {.rlim_cur = 10'000, .rlim_max = before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);  // the write shall fail, not kill
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  OutputFiles files;
  files.add(folder / "a", "newer");
  files.add(folder / "new/b", std::string(20'000, 'x'));
  const std::string message = message_of(files.commit());
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(message, AllOf(HasSubstr("new/b: "), HasSubstr("File too large")));
  EXPECT_THAT(folder.listing(), ElementsAre("a"));
  EXPECT_EQ(contents(folder / "a"), "older");
}

// Runs `work` in a process of its own, which may give up rights without hurting this one.
// The result is what `work` returns (0..255), or -1 if it crashed.
int in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

constexpr int kAsExpected = 0, kWrong = 1, kCannotTest = 2;

int expect_message(const std::string& message, const std::string& what) {
  if (message.find(what) != std::string::npos) return kAsExpected;
  std::fprintf(stderr, "expected \"%s\" in \"%s\"\n", what.c_str(), message.c_str());
  return kWrong;
}

TEST(OutputFiles, CheckSaysWhatCommitWouldSay) {
  const testing::TemporaryFolder folder;
  write(folder / "file", "older");
  write(folder / "a", "older");
  OutputFiles files;
  files.add(folder / "a", "newer");
  files.add(folder / "made/here/b", "newer");
  EXPECT_EQ(message_of(files.check()), "");
  EXPECT_THAT(folder.listing(), ElementsAre("a", "file"));
  EXPECT_EQ(contents(folder / "a"), "older");
  // It does not keep commit() from its work.
  ASSERT_EQ(message_of(files.commit()), "");
  EXPECT_EQ(contents(folder / "made/here/b"), "newer");

  OutputFiles blocked;
  blocked.add(folder / "new/a", "newer");
  blocked.add(folder / "file/b", "newer");
  const std::string message = message_of(blocked.check());
  EXPECT_THAT(message, AllOf(HasSubstr("/file: "), HasSubstr("Not a directory")));
  EXPECT_EQ(message_of(blocked.commit()), message);
  EXPECT_THAT(folder.listing(), ElementsAre("a", "file", "made", "made/here", "made/here/b"));
}

TEST(OutputFiles, AFolderThatMayNotBeWritten) {
  const testing::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "closed");
  write(folder / "closed/a", "older");
  ::chmod((folder / "closed").c_str(), 0555);
  const int outcome = in_child([&] {
    // Root may write everywhere, so the child becomes nobody.
    if (::geteuid() == 0 && ::setuid(65534) != 0) return kCannotTest;
    OutputFiles files;
    files.add(folder / "closed/a", "newer");
    return expect_message(message_of(files.commit()), "Permission denied");
  });
  ::chmod((folder / "closed").c_str(), 0755);
  if (outcome == kCannotTest) GTEST_SKIP() << "cannot give up root's rights";
  EXPECT_EQ(outcome, kAsExpected);
  EXPECT_THAT(folder.listing(), ElementsAre("closed", "closed/a"));
  EXPECT_EQ(contents(folder / "closed/a"), "older");
}

TEST(OutputFiles, AFullDisk) {
  const testing::TemporaryFolder folder;
  const int outcome = in_child([&] {
    // A disk of 64 kB, in a name space of its own: it goes with the child.
    if (::unshare(::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("slimc_test", folder.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
      return kCannotTest;
    }
    write(folder / "a", "older");
    OutputFiles files;
    files.add(folder / "a", "newer");
    files.add(folder / "new/b", std::string(200'000, 'x'));
    if (expect_message(message_of(files.commit()), "new/b: cannot be written: No space left") !=
        kAsExpected) {
      return kWrong;
    }
    if (folder.listing() != std::set<std::string>{"a"}) return kWrong;
    return contents(folder / "a") == "older" ? kAsExpected : kWrong;
  });
  if (outcome == kCannotTest) GTEST_SKIP() << "may not mount a file system here";
  EXPECT_EQ(outcome, kAsExpected);
}

TEST(OutputFiles, WritersOfTheSameFilesDoNotMixTheirBytes) {
  const testing::TemporaryFolder folder;
  std::vector<std::thread> writers;
  std::vector<std::string> messages(8);
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&, i] {
      OutputFiles files;
      files.add(folder / "sub/a", std::string(100'000, static_cast<char>('a' + i)));
      messages[static_cast<std::size_t>(i)] = message_of(files.commit());
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_THAT(messages, ::testing::Each(""));
  const std::string bytes = contents(folder / "sub/a");
  ASSERT_EQ(bytes.size(), 100'000u);
  EXPECT_EQ(bytes.find_first_not_of(bytes[0]), std::string::npos);
  EXPECT_THAT(folder.listing(), ElementsAre("sub", "sub/a"));
}

}  // namespace
}  // namespace slimc
