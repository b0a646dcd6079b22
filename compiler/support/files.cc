#include "compiler/support/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "compiler/support/unique_fd.h"

namespace slimc {
namespace fs = std::filesystem;
namespace {

Failure system_failure(const fs::path& path, const std::string& what, int error) {
  return fail(
      {.file = path.string(), .message = what + ": " + std::generic_category().message(error)});
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::uint64_t max_bytes) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return system_failure(path, "cannot be opened", errno);
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0) return system_failure(path, "cannot be read", errno);
  if (S_ISDIR(status.st_mode)) return system_failure(path, "cannot be read", EISDIR);
  const auto too_large = [&] {
    return fail({.file = path.string(),
                 .message = "is larger than the limit of " + std::to_string(max_bytes) + " bytes"});
  };
  if (static_cast<std::uint64_t>(status.st_size) > max_bytes) return too_large();

  // The size is a hint only: pipes have none, and a file may grow while it is read.
  std::string bytes;
  std::size_t used = 0;
  bytes.resize(static_cast<std::size_t>(status.st_size) + 1);
  while (true) {
    if (used == bytes.size()) bytes.resize(bytes.size() * 2 + 65536);
    const ssize_t got = ::read(fd.get(), bytes.data() + used, bytes.size() - used);
    if (got < 0) {
      if (errno == EINTR) continue;
      return system_failure(path, "cannot be read", errno);
    }
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > max_bytes) return too_large();
  }
  bytes.resize(used);
  return bytes;
}

}  // namespace slimc
