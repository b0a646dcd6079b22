// Compiled kernels on disk, by what they were compiled from. Any number of slimc may use one
// folder at once, and be killed at any time: an entry is complete or absent.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "support/reporter.h"
#include "support/unique_fd.h"

namespace slimc {

// 32 hex digits over the parts and where each ends.
std::string cache_key(const std::vector<std::string>& parts);

// `asked`, or $XDG_CACHE_HOME/slimc, or ~/.cache/slimc. Where none of these is there it is empty,
// with a warning.
std::filesystem::path cache_folder(const std::filesystem::path& asked, Reporter& reporter);

// Thread-safe. A folder that cannot be used costs time, not the result: one warning, then misses.
// What is in it becomes part of programs, so the folder and each entry must be this user's and
// nobody else's to write to, and entries files of a sane size under the key that they were stored
// by.
class KernelCache {
 public:
  // An empty folder is a cache that holds nothing.
  KernelCache(std::filesystem::path folder, Reporter& reporter)
      : folder_(std::move(folder)), reporter_(reporter) {}

  // The object stored under the key; nothing if there is none, or not that one.
  std::optional<std::string> find(const std::string& key) const;

  void store(const std::string& key, const std::string& object);

  // Removes the entries that were not used for longest until all together fit, and what killed
  // writers left behind.
  void prune(std::uint64_t max_bytes) const;

 private:
  static std::string name_of(const std::string& key) { return key + ".kernel"; }
  // Whether the way there is another user's; says so.
  bool is_trapped() const;
  // Not valid where there is none, or none to be trusted.
  UniqueFd open_folder() const;
  void warn_once(const std::filesystem::path& path, const std::string& message) const;

  std::filesystem::path folder_;
  Reporter& reporter_;
  mutable std::atomic<bool> warned_ = false;
};

}  // namespace slimc
