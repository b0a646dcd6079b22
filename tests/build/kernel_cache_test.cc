#include "compiler/build/kernel_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "support/temporary_folder.h"
#include "tests/common/warnings.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class KernelCacheTest : public ::testing::Test {
 protected:
  std::vector<fs::path> files() const {
    std::vector<fs::path> paths;
    for (const auto& file : fs::directory_iterator(folder.path())) paths.push_back(file.path());
    return paths;
  }

  fs::path path_of(const std::string& name) const { return folder.path() / (name + ".kernel"); }

  TemporaryFolder folder = std::move(*TemporaryFolder::create());
  testing::Warnings warnings;
  KernelCache cache{folder.path(), warnings};
  const std::string key = cache_key({"a"});
  const std::string object = std::string("\0object\xff", 8) + std::string(5000, 'x');
};

TEST_F(KernelCacheTest, MissThenHit) {
  EXPECT_EQ(cache.find(key), std::nullopt);
  cache.store(key, object);
  EXPECT_EQ(cache.find(key), object);
  EXPECT_EQ(cache.find(cache_key({"b"})), std::nullopt);
  EXPECT_EQ(files().size(), 1u) << "no temporary files stay";
}

TEST_F(KernelCacheTest, MayBeInTheWorkingFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  KernelCache relative("kernels", warnings);
  relative.store(key, object);
  EXPECT_EQ(relative.find(key), object);
  fs::current_path(before);
  EXPECT_TRUE(warnings.list.empty());
}

TEST_F(KernelCacheTest, KeysTellWhereTheirPartsEnd) {
  EXPECT_EQ(key.size(), 32u);
  EXPECT_NE(cache_key({"ab", "c"}), cache_key({"a", "bc"}));
  EXPECT_NE(cache_key({"a"}), cache_key({"a", ""}));
  EXPECT_EQ(cache_key({"a", "b"}), cache_key({"a", "b"}));
}

TEST_F(KernelCacheTest, EveryDamagedByteIsAMiss) {
  cache.store(key, object);
  const fs::path path = files().at(0);
  const auto size = static_cast<std::streamoff>(fs::file_size(path));
  for (std::streamoff at = 0; at < size; at += 37) {
    cache.store(key, object);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get() ^ 0x10);
    file.seekp(at);
    file.put(byte);
    file.close();
    EXPECT_EQ(cache.find(key), std::nullopt) << "byte " << at;
  }
  EXPECT_THAT(warnings.list, ElementsAre(HasSubstr("is damaged")));
}

TEST_F(KernelCacheTest, TruncatedEntryIsAMissAndIsReplaced) {
  for (const int size : {0, 5, 20, 31, 2000}) {
    cache.store(key, object);
    fs::resize_file(files().at(0), size);
    KernelCache fresh(folder.path(), warnings);
    warnings.list.clear();
    EXPECT_EQ(fresh.find(key), std::nullopt) << size;
    EXPECT_THAT(warnings.list, ElementsAre(HasSubstr("is damaged"))) << size;
  }
  cache.store(key, object);
  EXPECT_EQ(cache.find(key), object);
}

TEST_F(KernelCacheTest, UnwritableFolderIsOneWarning) {
  const fs::path file = folder.path() / "file";
  std::ofstream(file) << "not a folder";
  KernelCache broken(file / "cache", warnings);
  broken.store(key, object);
  broken.store(key, object);
  EXPECT_EQ(broken.find(key), std::nullopt);
  ASSERT_EQ(warnings.list.size(), 1u);
  EXPECT_THAT(warnings.list[0], ::testing::HasSubstr((file / "cache").string()));
}

// The one that failed, not what is missing because of that.
TEST_F(KernelCacheTest, SaysWhyThereIsNoFolder) {
  if (geteuid() == 0) GTEST_SKIP() << "nothing keeps root from making folders";
  fs::create_directory(folder.path() / "readonly");
  fs::permissions(folder.path() / "readonly", fs::perms(0500));
  for (const char* name : {"readonly/cache", "readonly/deep/cache"}) {
    KernelCache broken(folder.path() / name, warnings);
    warnings.list.clear();
    broken.store(key, object);
    EXPECT_THAT(warnings.list, ElementsAre(HasSubstr("Permission denied"))) << name;
  }
}

// What cannot be replaced is to be removed by who put it there.
TEST_F(KernelCacheTest, AFolderInPlaceOfAnEntryIsAMissEachTime) {
  fs::create_directories(path_of(key) / "inner");
  for (int i = 0; i < 2; ++i) {
    KernelCache fresh(folder.path(), warnings);
    warnings.list.clear();
    EXPECT_EQ(fresh.find(key), std::nullopt);
    fresh.store(key, object);
    EXPECT_THAT(warnings.list, ElementsAre(HasSubstr("is no file, so the kernel of this entry is "
                                                     "compiled anew; if that is said again, "
                                                     "remove it")));
  }
  EXPECT_EQ(files().size(), 1u);
}

TEST_F(KernelCacheTest, AnotherUsersLinkIsNotTheWayThere) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const fs::path shared = folder.path() / "shared", mine = folder.path() / "mine";
  fs::create_directory(shared);
  fs::permissions(shared, fs::perms(01777));
  fs::create_directory(mine);
  fs::create_directory_symlink(mine, shared / "link");
  ASSERT_EQ(lchown((shared / "link").c_str(), 12345, 12345), 0);
  KernelCache trapped(shared / "link" / "cache", warnings);
  EXPECT_EQ(trapped.find(key), std::nullopt);
  trapped.store(key, object);
  EXPECT_THAT(warnings.list, ElementsAre(HasSubstr("leads over the link")));
  EXPECT_TRUE(fs::is_empty(mine));
}

TEST_F(KernelCacheTest, WithoutAFolderNothingIsKept) {
  KernelCache nowhere({}, warnings);
  nowhere.store(key, object);
  EXPECT_EQ(nowhere.find(key), std::nullopt);
  EXPECT_TRUE(warnings.list.empty());
}

// What another key's object computes is another kernel.
TEST_F(KernelCacheTest, AnEntryUnderAnotherNameIsAMiss) {
  const std::string other = cache_key({"b"});
  cache.store(key, object);
  fs::rename(path_of(key), path_of(other));
  EXPECT_EQ(cache.find(other), std::nullopt);
  cache.store(other, object);
  EXPECT_EQ(cache.find(other), object);
}

TEST_F(KernelCacheTest, IsItsOwnersAlone) {
  const fs::path made = folder.path() / "made" / "cache";
  KernelCache(made, warnings).store(key, object);
  EXPECT_EQ(fs::status(made).permissions(), fs::perms(0700));
  EXPECT_EQ(fs::status(made / (key + ".kernel")).permissions(), fs::perms(0600));
}

// Each of these would be opened, waited for or read if it was taken for an entry.
TEST_F(KernelCacheTest, WhatIsNoFileIsRefusedAndReplaced) {
  const fs::path path = path_of(key), elsewhere = folder.path() / "elsewhere";
  const auto refuses = [&](const std::string& words) {
    KernelCache fresh(folder.path(), warnings);
    warnings.list.clear();
    EXPECT_EQ(fresh.find(key), std::nullopt);
    EXPECT_EQ(fresh.find(key), std::nullopt);
    ASSERT_EQ(warnings.list.size(), 1u);
    EXPECT_THAT(warnings.list[0], ::testing::HasSubstr(path.string()));
    EXPECT_THAT(warnings.list[0], ::testing::HasSubstr(words));
    fresh.store(key, object);
    EXPECT_EQ(fresh.find(key), object);
  };
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  refuses("is no file");
  fs::resize_file(path, std::uintmax_t{3} << 30);  // sparse
  refuses("is too large for an entry (3221225472 bytes)");
  fs::rename(path, elsewhere);
  fs::create_symlink(elsewhere, path);
  refuses("cannot be opened");
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path)));
  fs::permissions(path, fs::perms(0620));
  refuses("can be written to by others (mode 0620)");
  fs::permissions(path, fs::perms(0602));
  refuses("can be written to by others (mode 0602)");
}

TEST_F(KernelCacheTest, AFolderThatOthersWriteToIsNotUsed) {
  cache.store(key, object);
  for (const unsigned mode : {0770U, 0707U, 01777U, 02775U}) {
    KernelCache fresh(folder.path(), warnings);
    warnings.list.clear();
    fs::permissions(folder.path(), fs::perms(mode));
    EXPECT_EQ(fresh.find(key), std::nullopt);
    fresh.store(cache_key({"b"}), object);
    EXPECT_EQ(files().size(), 1u);
    ASSERT_EQ(warnings.list.size(), 1u);
    EXPECT_THAT(warnings.list[0], ::testing::HasSubstr("can be written to by others"));
    EXPECT_THAT(warnings.list[0], ::testing::HasSubstr("chmod go-w"));
  }
  fs::permissions(folder.path(), fs::perms(0700));
  EXPECT_EQ(cache.find(key), object);
}

TEST_F(KernelCacheTest, WhatBelongsToAnotherUserIsNotUsed) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  constexpr uid_t kOther = 12345;
  cache.store(key, object);
  ASSERT_EQ(chown(path_of(key).c_str(), kOther, kOther), 0);
  EXPECT_EQ(cache.find(key), std::nullopt);
  ASSERT_EQ(warnings.list.size(), 1u);
  EXPECT_THAT(warnings.list[0], ::testing::HasSubstr("belongs to user 12345, and slimc runs as 0"));
  cache.store(key, object);
  EXPECT_EQ(cache.find(key), object);

  KernelCache fresh(folder.path(), warnings);
  ASSERT_EQ(chown(folder.path().c_str(), kOther, kOther), 0);
  EXPECT_EQ(fresh.find(key), std::nullopt);
  ASSERT_EQ(warnings.list.size(), 2u);
  EXPECT_THAT(warnings.list[1], ::testing::HasSubstr(folder.path().string()));
}

TEST_F(KernelCacheTest, ManyProcessesAtOnceSeeWholeEntries) {
  const std::string large(300'000, 'y');
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child) {
    const pid_t pid = fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      bool good = true;
      for (int i = 0; i < 100; ++i) {
        cache.store(key, large);
        good = good && cache.find(key) == large;
      }
      _exit(good ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 0;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(files().size(), 1u);
}

TEST_F(KernelCacheTest, KilledWriterLeavesNoPartOfAnEntry) {
  const std::string large(3'000'000, 'z');
  for (int round = 0; round < 20; ++round) {
    fs::remove(folder.path() / (key + ".kernel"));
    const pid_t pid = fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      for (;;) cache.store(key, large);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(round));
    kill(pid, SIGKILL);
    ASSERT_EQ(waitpid(pid, nullptr, 0), pid);
    if (const auto found = cache.find(key)) {
      EXPECT_EQ(*found, large);
    } else {
      EXPECT_FALSE(fs::exists(folder.path() / (key + ".kernel")));
    }
  }
}

TEST_F(KernelCacheTest, PruneRemovesTheLongestUnused) {
  const auto now = fs::file_time_type::clock::now();
  for (int i = 0; i < 4; ++i) {
    const std::string name = cache_key({"entry", std::to_string(i)});
    cache.store(name, object);
    fs::last_write_time(folder.path() / (name + ".kernel"), now - std::chrono::hours(10 - i));
  }
  EXPECT_TRUE(cache.find(cache_key({"entry", "0"}))) << "a hit makes it the newest";
  cache.prune(2 * object.size() + 200);
  EXPECT_TRUE(cache.find(cache_key({"entry", "0"})));
  EXPECT_FALSE(cache.find(cache_key({"entry", "1"})));
  EXPECT_FALSE(cache.find(cache_key({"entry", "2"})));
  EXPECT_TRUE(cache.find(cache_key({"entry", "3"})));
}

TEST_F(KernelCacheTest, PruneSweepsUpBehindKilledWritersOnly) {
  const fs::path old = folder.path() / "writing-aaaaaa";
  const fs::path fresh = folder.path() / "writing-bbbbbb";
  const fs::path foreign = folder.path() / "notes.txt";
  for (const fs::path& path : {old, fresh, foreign}) std::ofstream(path) << "x";
  const auto yesterday = fs::file_time_type::clock::now() - std::chrono::hours(24);
  fs::last_write_time(old, yesterday);
  fs::last_write_time(foreign, yesterday);
  cache.prune(0);
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(fresh));
  EXPECT_TRUE(fs::exists(foreign));
}

TEST(CacheFolder, FollowsTheXdgRules) {
  testing::Warnings warnings;
  const auto folder = [&] { return cache_folder("", warnings); };
  setenv("HOME", "/home/x", 1);
  setenv("XDG_CACHE_HOME", "/caches", 1);
  EXPECT_EQ(folder(), "/caches/slimc");
  setenv("XDG_CACHE_HOME", "relative", 1);  // to be ignored, by the specification
  EXPECT_EQ(folder(), "/home/x/.cache/slimc");
  unsetenv("XDG_CACHE_HOME");
  unsetenv("HOME");
  EXPECT_TRUE(warnings.list.empty());
  EXPECT_EQ(folder(), "");
  EXPECT_THAT(warnings.list, ElementsAre(HasSubstr("neither XDG_CACHE_HOME nor HOME")));
  EXPECT_EQ(cache_folder("/asked/for", warnings), "/asked/for");
}

}  // namespace
}  // namespace slimc
