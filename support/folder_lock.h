// One slimc at a time writes into a folder, and removes what a killed one left there.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "support/result.h"
#include "support/unique_fd.h"

namespace slimc {

// The name under which a file is written before it is renamed: ".slimc-XXXXXX.NAME" beside it, for
// mkostemps(3) to fill in.
struct TemporaryTemplate {
  std::string name;
  int suffix_length;
};
TemporaryTemplate temporary_name(const std::filesystem::path& path);

// Locks (flock(2) on the folders themselves, so that no file is left behind) that go with their
// owner, and with the process.
class FolderLocks {
 public:
  // What others may take to write their outputs, which is a moment each.
  static constexpr std::chrono::milliseconds kLimit = std::chrono::seconds(60);

  // Makes the folders that are missing, and locks each, in one order for all processes. Files under
  // temporary names that are ours are then nobody's, and removed. A folder that cannot be locked
  // (no right to read it, a file system without locks) goes without.
  static Result<FolderLocks> take(const std::vector<std::filesystem::path>& folders,
                                  std::chrono::milliseconds limit = kLimit);

  // Removes the folders that take() made and that are still empty.
  void remove_made_folders();

 private:
  struct Folder {
    std::filesystem::path path;
    UniqueFd fd;
    dev_t device = 0;
    ino_t inode = 0;
    bool locked = false;
  };
  Result<bool> try_take(const std::vector<std::filesystem::path>& folders,
                        std::chrono::steady_clock::time_point deadline);

  std::vector<Folder> folders_;
  std::vector<std::filesystem::path> made_;
};

}  // namespace slimc
