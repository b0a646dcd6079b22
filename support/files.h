// Reading whole files, and writing several files so that they appear together or not at all.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/result.h"
#include "support/unique_fd.h"

namespace slimc {

// "path: what: the system's words for `error`".
Failure system_failure(const std::filesystem::path& path, const std::string& what, int error);

// The folder that `path` lies in: "." for a name alone.
std::filesystem::path folder_of(const std::filesystem::path& path);

// Goes on behind interruptions; 0, or errno.
int write_all(int fd, std::string_view bytes);

// Whose word it is that a file is to be read.
enum class NamedBy : std::uint8_t {
  User,   // may be a pipe or a device: `--labels <(...)`
  Model,  // was found beside another, or is named in one: must be a regular file
};

// How much slimc takes of what has no size of its own. The largest network of the family has 17 MB
// of weights.
inline constexpr std::uint64_t kMaxStreamBytes = std::uint64_t{256} << 20;

// How long a pipe or a device may have nothing to give.
inline constexpr std::chrono::milliseconds kStreamPatience = std::chrono::seconds(30);

// The whole file. A failure names the file and the system's reason. Directories and sockets, files
// larger than `max_bytes`, streams larger than kMaxStreamBytes, and streams that are silent for
// `patience` are failures too.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::uint64_t max_bytes = std::uint64_t{8} << 30,
                              NamedBy named_by = NamedBy::User,
                              std::chrono::milliseconds patience = kStreamPatience);

// For who reads pieces of a file: opens it, and it is a regular one.
Result<UniqueFd> open_regular_file(const std::filesystem::path& path);

// Bytes of such a file; nothing if it does not have them, or they cannot be read.
std::optional<std::string> read_piece(const UniqueFd& file, std::uint64_t offset,
                                      std::uint64_t bytes);

// Whether an output of this name goes where results are printed: "-", /dev/stdout, or a link to it.
bool is_standard_output(const std::filesystem::path& path);

// A set of output files. Nothing is visible under a final name before commit(): each file is
// written and synced under a temporary name in its own folder, then all are renamed, in the order
// in which they were added. If any step fails, every temporary file is removed, and files that
// stood there before are as they were. Their folders are locked meanwhile (folder_lock.h), so that
// sets of several processes do not mix.
//
// A link stands for what it leads to. What is no regular file (a device, a pipe, standard output)
// is written into, when nothing else is left that could fail. A file that is replaced keeps its
// permissions and, as far as the system allows, its owner; other names of it keep the old bytes.
class OutputFiles {
 public:
  OutputFiles() = default;
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;

  // Keeps the bytes for commit(). The path's folder is created by commit() if it is missing; "-" is
  // standard output.
  void add(std::filesystem::path path, std::string bytes);

  // Whether these files could be written now, found out by creating empty ones under their
  // temporary names. For who has long to compute before there are bytes. Leaves nothing behind, and
  // opens neither devices nor pipes.
  Result<void> check() const;

  Result<void> commit();

  struct File {
    std::filesystem::path path;
    std::string bytes;
  };

 private:
  std::vector<File> files_;
};

}  // namespace slimc
