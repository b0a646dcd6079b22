#include "support/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "support/output_place.h"

namespace slimc {
namespace fs = std::filesystem;

Failure system_failure(const fs::path& path, const std::string& what, int error) {
  return fail(
      {.file = path.string(), .message = what + ": " + std::generic_category().message(error)});
}

fs::path folder_of(const fs::path& path) {
  const fs::path folder = path.parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    } else if (errno == EAGAIN) {
      pollfd room = {
          .fd = fd, .events = POLLOUT, .revents = 0};  // whoever started us set O_NONBLOCK
      (void)::poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

namespace {

// What a file is, if it is neither regular nor a folder.
std::string kind_of(mode_t mode) {
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

// Opens whatever it is without waiting for anybody.
Result<UniqueFd> open_to_read(const fs::path& path, struct stat& status) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.valid()) {
    const int error = errno;
    if (error == ENXIO && ::stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) {
      return fail({.file = path.string(), .message = "is a socket, expected a file"});
    }
    return system_failure(path, "cannot be opened", error);
  }
  if (::fstat(fd.get(), &status) != 0) return system_failure(path, "cannot be read", errno);
  if (S_ISDIR(status.st_mode)) return system_failure(path, "cannot be read", EISDIR);
  return fd;
}

Failure not_regular(const fs::path& path, mode_t mode) {
  return fail(
      {.file = path.string(), .message = "is " + kind_of(mode) + ", expected a regular file"});
}

// A pipe that nobody has opened to write looks like its end to read(2), but not to poll(2).
Result<void> wait_for_bytes(const UniqueFd& fd, const fs::path& path,
                            std::chrono::milliseconds patience) {
  pollfd readable = {.fd = fd.get(), .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = ::poll(&readable, 1, static_cast<int>(patience.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return system_failure(path, "cannot be read", errno);
  if (ready > 0) return {};
  return fail(
      {.file = path.string(),
       .message = "is no regular file, and nobody has written anything into it for " +
                  std::to_string(std::chrono::ceil<std::chrono::seconds>(patience).count()) +
                  " s"});
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::uint64_t max_bytes, NamedBy named_by,
                              std::chrono::milliseconds patience) {
  struct stat status = {};
  SLIMC_ASSIGN(const UniqueFd fd, open_to_read(path, status));
  const bool regular = S_ISREG(status.st_mode);
  if (!regular && named_by == NamedBy::Model) return not_regular(path, status.st_mode);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  // What gives more than its size (all of /proc has the size 0) is as endless as a device.
  const std::uint64_t limit = std::min(max_bytes, std::max(size, kMaxStreamBytes));
  const auto too_large = [&] {
    return fail({.file = path.string(),
                 .message = "is larger than the limit of " + std::to_string(limit) + " bytes"});
  };
  if (size > limit) return too_large();

  // The size is a hint only: pipes have none, and a file may grow while it is read.
  std::string bytes;
  std::size_t used = 0;
  bytes.resize(static_cast<std::size_t>(size) + 1);
  while (true) {
    if (used == bytes.size())
      bytes.resize(std::min<std::uint64_t>(bytes.size() * 2 + 65536, limit + 1));
    if (!regular) SLIMC_TRY(wait_for_bytes(fd, path, patience));
    const ssize_t got = ::read(fd.get(), bytes.data() + used, bytes.size() - used);
    if (got < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) {
        SLIMC_TRY(wait_for_bytes(fd, path, patience));
        continue;
      }
      return system_failure(path, "cannot be read", errno);
    }
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > limit) return too_large();
  }
  bytes.resize(used);
  return bytes;
}

Result<UniqueFd> open_regular_file(const fs::path& path) {
  struct stat status = {};
  SLIMC_ASSIGN(UniqueFd fd, open_to_read(path, status));
  if (!S_ISREG(status.st_mode)) return not_regular(path, status.st_mode);
  return fd;
}

std::optional<std::string> read_piece(const UniqueFd& file, std::uint64_t offset,
                                      std::uint64_t bytes) {
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return std::nullopt;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (offset > size || bytes > size - offset) return std::nullopt;  // before memory is taken
  std::string piece(static_cast<std::size_t>(bytes), '\0');
  std::size_t done = 0;
  while (done < piece.size()) {
    const ssize_t got = ::pread(file.get(), piece.data() + done, piece.size() - done,
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    done += static_cast<std::size_t>(got);
  }
  return piece;
}

bool is_standard_output(const fs::path& path) {
  const auto place = output_place(path);
  return place && place->kind == OutputPlace::Kind::Descriptor &&
         place->descriptor == STDOUT_FILENO;
}

}  // namespace slimc
