// Reading whole files, and writing several files so that they appear together or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/result.h"

namespace slimc {

// The whole file. A failure names the file and the system's reason; directories, and files larger
// than `max_bytes`, are failures too.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::uint64_t max_bytes = std::uint64_t{8} << 30);

// A set of output files. Nothing is visible under a final name before commit(): each file is
// written and synced under a temporary name in its own folder, then all are renamed. If any step
// fails, every temporary file is removed, and files that stood there before are as they were.
class OutputFiles {
 public:
  OutputFiles() = default;
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;
  ~OutputFiles();  // removes what was staged and not committed

  // Keeps the bytes for commit(). The path's folder is created by commit() if it is missing.
  void add(std::filesystem::path path, std::string bytes);

  // Whether these files could be written now, found out by creating empty ones under their
  // temporary names. For who has long to compute before there are bytes. Leaves nothing behind.
  Result<void> check();

  Result<void> commit();

 private:
  struct File {
    std::filesystem::path path;
    std::string bytes;
    std::filesystem::path temporary;  // empty until staged
  };
  Result<void> stage(bool whole, std::vector<std::filesystem::path>& created_folders);
  void undo_staging(const std::vector<std::filesystem::path>& created_folders);

  std::vector<File> files_;
};

}  // namespace slimc
