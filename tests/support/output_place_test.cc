// Outputs whose names are no regular files.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <future>
#include <thread>

#include "support/files.h"
#include "tests/common/temporary_folder.h"

namespace slimc {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string contents(const fs::path& path) {
  auto bytes = read_file(path);
  return bytes ? *bytes : "(unreadable)";
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// What commit() says; empty if it succeeds.
std::string write_one(const fs::path& path, const std::string& bytes) {
  OutputFiles files;
  files.add(path, bytes);
  const auto result = files.commit();
  return result ? "" : result.error().to_string();
}

std::string check_one(const fs::path& path) {
  OutputFiles files;
  files.add(path, "");
  const auto result = files.check();
  return result ? "" : result.error().to_string();
}

mode_t type_of(const fs::path& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & S_IFMT : 0;
}

// A node like /dev/null, so that a failing test does not cost the machine its own.
bool make_null_device(const fs::path& path) {
  return ::mknod(path.c_str(), S_IFCHR | 0666, makedev(1, 3)) == 0 && fs::exists(path) &&
         ::access(path.c_str(), W_OK) == 0 && std::ofstream(path).good();
}

TEST(OutputPlace, ADeviceIsWrittenInto) {
  const testing::TemporaryFolder folder;
  if (!make_null_device(folder / "null")) GTEST_SKIP() << "may not make devices here";
  EXPECT_EQ(check_one(folder / "null"), "");
  EXPECT_EQ(write_one(folder / "null", "bytes"), "");
  EXPECT_EQ(type_of(folder / "null"), S_IFCHR);
  EXPECT_THAT(folder.listing(), ElementsAre("null"));
}

TEST(OutputPlace, ALinkToADeviceIsWrittenInto) {
  const testing::TemporaryFolder folder;
  if (!make_null_device(folder / "null")) GTEST_SKIP() << "may not make devices here";
  fs::create_symlink("null", folder / "link");
  EXPECT_EQ(write_one(folder / "link", "bytes"), "");
  EXPECT_EQ(type_of(folder / "null"), S_IFCHR);
  EXPECT_EQ(type_of(folder / "link"), S_IFLNK);
}

TEST(OutputPlace, ADeviceThatIsFullIsAFailureThatUndoesTheRest) {
  const testing::TemporaryFolder folder;
  if (::mknod((folder / "full").c_str(), S_IFCHR | 0666, makedev(1, 7)) != 0 ||
      ::access((folder / "full").c_str(), W_OK) != 0) {
    GTEST_SKIP() << "may not make devices here";
  }
  write(folder / "a", "older");
  OutputFiles files;
  files.add(folder / "full", "bytes");
  files.add(folder / "a", "newer");
  files.add(folder / "b", "newer");
  const auto result = files.commit();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().to_string(), HasSubstr("/full: cannot be written: No space left"));
  EXPECT_THAT(folder.listing(), ElementsAre("a", "full"));
  EXPECT_EQ(contents(folder / "a"), "older");
}

TEST(OutputPlace, APipeIsWrittenIntoBehindAllElse) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  auto reader = std::async(std::launch::async, [&] {
    std::ifstream pipe(folder / "pipe", std::ios::binary);
    std::string got{std::istreambuf_iterator<char>(pipe), {}};
    return got + " and " + contents(folder / "a");
  });
  OutputFiles files;
  files.add(folder / "pipe", std::string(200'000, 'x'));
  files.add(folder / "a", "whole");
  const auto result = files.commit();
  ASSERT_TRUE(result) << result.error().to_string();
  EXPECT_EQ(reader.get(), std::string(200'000, 'x') + " and whole");
  EXPECT_EQ(type_of(folder / "pipe"), S_IFIFO);
}

TEST(OutputPlace, APipeWithoutAReaderIsAFailure) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(check_one(folder / "pipe"), "") << "a reader may come until there are bytes";
  EXPECT_THAT(write_one(folder / "pipe", "bytes"), HasSubstr("nobody has opened for reading"));
  EXPECT_EQ(type_of(folder / "pipe"), S_IFIFO);
}

TEST(OutputPlace, AReaderThatGoesIsAFailureAndNoSignal) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  write(folder / "a", "older");
  std::thread reader([&] {
    const int pipe = ::open((folder / "pipe").c_str(), O_RDONLY);
    char byte = 0;
    EXPECT_EQ(::read(pipe, &byte, 1), 1);
    ::close(pipe);
  });
  OutputFiles files;
  files.add(folder / "a", "newer");
  files.add(folder / "pipe", std::string(1 << 20, 'x'));
  const auto result = files.commit();
  reader.join();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().to_string(), HasSubstr("/pipe: cannot be written: Broken pipe"));
  EXPECT_EQ(contents(folder / "a"), "older");
}

TEST(OutputPlace, CheckDoesNotDisturbTheReaderOfAPipe) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  auto reader = std::async(std::launch::async, [&] {
    std::ifstream pipe(folder / "pipe", std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(pipe), {}};
  });
  EXPECT_EQ(check_one(folder / "pipe"), "");
  EXPECT_EQ(write_one(folder / "pipe", "bytes"), "");
  EXPECT_EQ(reader.get(), "bytes");
}

TEST(OutputPlace, ASocketIsRefused) {
  const testing::TemporaryFolder folder;
  sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
  const std::string name = folder / "socket";
  ASSERT_LT(name.size(), sizeof address.sun_path);
  name.copy(address.sun_path, name.size());
  const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_THAT(write_one(name, "bytes"), HasSubstr("is a socket, expected a file"));
  EXPECT_THAT(check_one(name), HasSubstr("is a socket, expected a file"));
  EXPECT_EQ(type_of(name), S_IFSOCK);
  EXPECT_THAT(read_file(name).error().to_string(), HasSubstr("is a socket, expected a file"));
}

TEST(OutputPlace, ALinkIsFollowedAndItsTargetReplaced) {
  const testing::TemporaryFolder folder;
  fs::create_directory(folder / "far");
  write(folder / "far/target", "older");
  fs::create_symlink("far/second", folder / "link");
  fs::create_symlink(folder / "far/target", folder / "far/second");
  EXPECT_EQ(write_one(folder / "link", "newer"), "");
  EXPECT_EQ(contents(folder / "far/target"), "newer");
  EXPECT_EQ(type_of(folder / "link"), S_IFLNK);
  EXPECT_EQ(type_of(folder / "far/second"), S_IFLNK);
  EXPECT_THAT(folder.listing(), ElementsAre("far", "far/second", "far/target", "link"));
}

TEST(OutputPlace, ADanglingLinkMakesItsTarget) {
  const testing::TemporaryFolder folder;
  fs::create_symlink("new/target", folder / "link");
  EXPECT_EQ(check_one(folder / "link"), "");
  EXPECT_THAT(folder.listing(), ElementsAre("link"));
  EXPECT_EQ(write_one(folder / "link", "bytes"), "");
  EXPECT_EQ(contents(folder / "new/target"), "bytes");
  EXPECT_EQ(type_of(folder / "link"), S_IFLNK);
}

TEST(OutputPlace, ALoopOfLinksIsAFailure) {
  const testing::TemporaryFolder folder;
  fs::create_symlink("b", folder / "a");
  fs::create_symlink("a", folder / "b");
  EXPECT_THAT(write_one(folder / "a", "bytes"), HasSubstr("Too many levels of symbolic links"));
  EXPECT_THAT(folder.listing(), ElementsAre("a", "b"));
}

TEST(OutputPlace, ALinkOfAnotherUserInASharedFolderIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make files of other users";
  const testing::TemporaryFolder folder;
  fs::create_directory(folder / "shared");
  ASSERT_EQ(::chmod((folder / "shared").c_str(), 01777), 0);
  write(folder / "mine", "older");
  fs::create_symlink(folder / "mine", folder / "shared/link");
  ASSERT_EQ(::lchown((folder / "shared/link").c_str(), 65534, 65534), 0);
  EXPECT_THAT(write_one(folder / "shared/link", "bytes"), HasSubstr("of another user"));
  EXPECT_EQ(contents(folder / "mine"), "older");
}

// Also where a link of ours leads into the folder, and where theirs leads through `..`.
TEST(OutputPlace, AFolderOnTheWayIsNoLinkOfAnotherUserEither) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make files of other users";
  const testing::TemporaryFolder folder;
  fs::create_directories(folder / "shared");
  fs::create_directories(folder / "mine/inner");
  ASSERT_EQ(::chmod((folder / "shared").c_str(), 01777), 0);
  const auto link = [&](const fs::path& name, const fs::path& target) {
    fs::create_symlink(target, folder / "shared" / name);
    EXPECT_EQ(::lchown((folder / "shared" / name).c_str(), 65534, 65534), 0);
  };
  link("far", folder / "mine");
  link("near", "../mine/inner/..");
  fs::create_directory_symlink(folder / "shared/far", folder / "way");
  fs::create_symlink(folder / "shared/near/file", folder / "file");
  for (const char* name : {"shared/far/file", "shared/near/file", "shared/far/new/file",
                           "shared/../shared/near/inner/file", "way/file", "file"}) {
    EXPECT_THAT(write_one(folder / name, "bytes"), HasSubstr("of another user")) << name;
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "mine"), {}), 1);
  EXPECT_TRUE(fs::is_empty(folder / "mine/inner"));
  // Root's own, and what is a folder, are no traps.
  fs::create_directory_symlink(folder / "mine", folder / "shared/own");
  EXPECT_EQ(write_one(folder / "shared/own/file", "bytes"), "");
  EXPECT_EQ(contents(folder / "mine/file"), "bytes");
}

TEST(OutputPlace, AReplacedFileKeepsPermissionsAndOwner) {
  const testing::TemporaryFolder folder;
  write(folder / "a", "older");
  ASSERT_EQ(::chmod((folder / "a").c_str(), 04640), 0);
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::chown((folder / "a").c_str(), 65534, 65534), 0);
  }
  ASSERT_EQ(write_one(folder / "a", "newer"), "");
  struct stat status = {};
  ASSERT_EQ(::stat((folder / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u) << "but nothing runs as its owner";
  EXPECT_EQ(status.st_uid, root ? 65534u : ::geteuid());
  EXPECT_EQ(contents(folder / "a"), "newer");
}

TEST(OutputPlace, OtherNamesOfAReplacedFileKeepTheOldBytes) {
  const testing::TemporaryFolder folder;
  write(folder / "a", "older");
  fs::create_hard_link(folder / "a", folder / "b");
  ASSERT_EQ(write_one(folder / "a", "newer"), "");
  EXPECT_EQ(contents(folder / "a"), "newer");
  EXPECT_EQ(contents(folder / "b"), "older");
}

TEST(OutputPlace, OneFileIsNotTwoOutputs) {
  const testing::TemporaryFolder folder;
  fs::create_symlink("a", folder / "link");
  OutputFiles files;
  files.add(folder / "a", "one");
  files.add(folder / "link", "two");
  const auto result = files.commit();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().to_string(), HasSubstr("is the name of two outputs"));
  EXPECT_THAT(folder.listing(), ElementsAre("link"));
}

// Standard output of a child that writes "bytes" to `name` with `out` as its descriptor 1.
std::string child_writes(const std::string& name, int out) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(out, STDOUT_FILENO);
    std::printf("printed, ");
    const std::string message = is_standard_output(name) ? write_one(name, "bytes") : "not stdout";
    std::fputs(message.c_str(), stderr);
    ::_exit(message.empty() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "" : name + " failed";
}

TEST(OutputPlace, StandardOutputIsWrittenIntoWhateverItIs) {
  const testing::TemporaryFolder folder;
  for (const std::string name :
       {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1"}) {
    SCOPED_TRACE(name);
    write(folder / "file", "in front, ");
    const UniqueFd file(::open((folder / "file").c_str(), O_WRONLY | O_APPEND));
    EXPECT_EQ(child_writes(name, file.get()), "");
    EXPECT_EQ(contents(folder / "file"), "in front, printed, bytes");

    int pipe[2] = {};
    ASSERT_EQ(::pipe(pipe), 0);
    const UniqueFd read_end(pipe[0]);
    UniqueFd write_end(pipe[1]);
    EXPECT_EQ(child_writes(name, write_end.get()), "");
    write_end.close();
    std::string got(100, '\0');
    got.resize(static_cast<std::size_t>(::read(read_end.get(), got.data(), got.size())));
    EXPECT_EQ(got, "printed, bytes");
  }
  EXPECT_THAT(folder.listing(), ElementsAre("file"));
  EXPECT_FALSE(is_standard_output(folder / "file"));
  EXPECT_FALSE(is_standard_output("./-"));
}

TEST(OutputPlace, ADescriptorOfOursIsWrittenInto) {
  const testing::TemporaryFolder folder;
  const UniqueFd file(::open((folder / "file").c_str(), O_RDWR | O_CREAT, 0600));
  ASSERT_EQ(::unlink((folder / "file").c_str()), 0);
  EXPECT_EQ(write_one("/dev/fd/" + std::to_string(file.get()), "bytes"), "");
  std::string got(100, '\0');
  got.resize(static_cast<std::size_t>(::pread(file.get(), got.data(), got.size(), 0)));
  EXPECT_EQ(got, "bytes");
  EXPECT_THAT(write_one("/dev/fd/987654", "bytes"), HasSubstr("Bad file descriptor"));
}

}  // namespace
}  // namespace slimc
