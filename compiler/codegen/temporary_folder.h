// A folder of slimc's own that goes with its owner.
#pragma once

#include <filesystem>

#include "compiler/support/result.h"

namespace slimc {

class TemporaryFolder {
 public:
  // Below $TMPDIR or /tmp. A failure (Blame::Tool) names the place.
  static Result<TemporaryFolder> create();

  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace slimc
