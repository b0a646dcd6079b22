#include "support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "support/files.h"

namespace slimc {
namespace {

namespace fs = std::filesystem;

// Writers lock the folders that they write to; this one's lock is not in their way.
TEST(TemporaryFolder, IsWrittenToLikeAnyOther) {
  const auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder) << folder.error().to_string();
  OutputFiles files;
  files.add(folder->path() / "a", "bytes");
  const Result<void> written = files.commit();
  EXPECT_TRUE(written) << written.error().to_string();
  EXPECT_EQ(read_file(folder->path() / "a"), "bytes");
}

TEST(TemporaryFolder, GoesWithItsOwnerAndNotBefore) {
  const auto parent = TemporaryFolder::create();
  ASSERT_TRUE(parent) << parent.error().to_string();
  {
    const auto folder = TemporaryFolder::create_in(parent->path());
    ASSERT_TRUE(folder) << folder.error().to_string();
    const auto other = TemporaryFolder::create_in(parent->path());  // sweeps
    EXPECT_TRUE(fs::is_directory(folder->path()));
  }
  EXPECT_TRUE(fs::is_empty(parent->path()));
  // What a killed slimc leaves is a folder that nobody has locked.
  fs::create_directories(parent->path() / "slimc-temporary-abcdef" / "files");
  fs::permissions(parent->path() / "slimc-temporary-abcdef", fs::perms::owner_all);
  sweep_temporary_folders(parent->path());
  EXPECT_TRUE(fs::is_empty(parent->path()));
}

// Not /tmp in its place: who set TMPDIR had a reason.
TEST(TemporaryFolder, NeedsTheFolderThatIsNamed) {
  const auto parent = TemporaryFolder::create();
  ASSERT_TRUE(parent) << parent.error().to_string();
  const char* named = std::getenv("TMPDIR");
  const std::string before = named == nullptr ? "" : named;
  std::ofstream(parent->path() / "file") << "x";
  for (const char* name : {"missing", "file"}) {
    ::setenv("TMPDIR", (parent->path() / name).c_str(), 1);
    const auto folder = TemporaryFolder::create();
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().to_string(),
              (parent->path() / name).string() +
                  ": is no folder for temporary files: make it, or set TMPDIR to another");
    EXPECT_EQ(folder.error().blame(), Blame::Tool);
  }
  ::setenv("TMPDIR", "", 1);
  EXPECT_TRUE(TemporaryFolder::create());
  if (named == nullptr) {
    ::unsetenv("TMPDIR");
  } else {
    ::setenv("TMPDIR", before.c_str(), 1);
  }
}

}  // namespace
}  // namespace slimc
