// A folder of slimc's own that goes with its owner.
#pragma once

#include <filesystem>
#include <optional>

#include "support/cleanup.h"
#include "support/result.h"
#include "support/unique_fd.h"

namespace slimc {

// A folder in a folder. The outer one is locked (flock) while its owner lives: one that can be
// locked was left by a slimc that was killed, and is removed by the next. The inner one is for the
// owner's files, so that whoever locks the folder that it writes to, as OutputFiles does, can.
class TemporaryFolder {
 public:
  // Below $TMPDIR or /tmp. A failure (Blame::Tool) names the place.
  static Result<TemporaryFolder> create();
  // For what is renamed to its place when it is whole, and has to be on the same file system.
  static Result<TemporaryFolder> create_in(const std::filesystem::path& parent);

  TemporaryFolder(TemporaryFolder&&) noexcept = default;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();

  // The inner one; may be renamed away.
  const std::filesystem::path& path() const { return inside_; }

 private:
  TemporaryFolder(std::filesystem::path path, UniqueFd lock)
      : path_(std::move(path)),
        inside_(path_ / kInside),
        lock_(std::move(lock)),
        registered_(path_) {}
  static Result<TemporaryFolder> make(const std::filesystem::path& parent);

  static constexpr const char* kInside = "files";

  std::filesystem::path path_, inside_;
  UniqueFd lock_;
  RemovedAtEnd registered_;
};

// Removes the folders in `parent` that killed slimc of this user left. create() does it once,
// create_in() each time.
void sweep_temporary_folders(const std::filesystem::path& parent);

}  // namespace slimc
