#include "support/output_place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <list>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "support/files.h"

namespace slimc {
namespace fs = std::filesystem;
namespace {

// Linux' own limit (MAXSYMLINKS).
constexpr int kMostLinks = 40;

// Who starts slimc and the reader of its pipe at the same time gets this long for the reader.
constexpr std::chrono::seconds kReaderLimit(10);
constexpr std::chrono::milliseconds kReaderPause(20);

constexpr mode_t kPermissions = 0777;

Failure refuse(const fs::path& name, std::string message) {
  return fail({.file = name.string(), .message = std::move(message)});
}

std::optional<int> number(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// The descriptor behind /dev/fd/N, /proc/self/fd/N and /proc/PID/fd/N of this process: what is
// there reads as a link, but its text may name a file that is another one by now, or none at all.
std::optional<int> own_descriptor(const fs::path& path) {
  const std::optional<int> fd = number(path.filename().string());
  if (!fd) return std::nullopt;
  std::error_code error;
  const fs::path folder = fs::canonical(folder_of(path), error);
  if (error) return std::nullopt;
  const fs::path own = fs::path("/proc") / std::to_string(::getpid());
  const bool of_process = folder == own / "fd";
  const bool of_thread =
      folder.filename() == "fd" && folder.parent_path().parent_path() == own / "task";
  return of_process || of_thread ? fd : std::nullopt;
}

// What links below /proc/PID/fd of others name cannot be followed by their text either.
bool is_link_of_the_kernel(const fs::path& path) {
  std::error_code error;
  const fs::path folder = fs::canonical(folder_of(path), error);
  return !error && folder.string().starts_with("/proc/");
}

// In a folder where everybody may make files, what is there already may be a trap: whoever writes
// over another's link would write where its owner says, and a file that stays another's can be
// changed by him. As Linux' fs.protected_symlinks and fs.protected_regular, which see neither links
// that are followed by their text nor renames.
bool is_trap(const fs::path& path, const struct stat& status) {
  struct stat folder = {};
  if (::stat(folder_of(path).c_str(), &folder) != 0) return true;
  const bool shared = (folder.st_mode & S_ISVTX) != 0 && (folder.st_mode & S_IWOTH) != 0;
  return shared && status.st_uid != ::geteuid() && status.st_uid != folder.st_uid;
}

Result<OutputPlace> classify(const fs::path& path, const struct stat& status,
                             const fs::path& name) {
  OutputPlace place{.path = path};
  switch (status.st_mode & S_IFMT) {
    case S_IFREG:
      if (!is_trap(path, status)) {
        place.old = {status.st_mode & kPermissions, status.st_uid, status.st_gid};
      }
      return place;
    case S_IFDIR:
      return system_failure(name, "cannot be written", EISDIR);
    case S_IFSOCK:
      return refuse(name, "is a socket, expected a file, a pipe or a device to write to");
    default:
      place.kind = OutputPlace::Kind::Stream;
      return place;
  }
}

// While it lives, a write to a pipe without a reader is EPIPE on this thread, and no signal.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;
  ~NoPipeSignal() {
    const timespec at_once = {};
    if (!was_pending_) (void)sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_ = {}, before_ = {};
  bool was_pending_ = false;
};

}  // namespace

std::string foreign_link(const fs::path& path) {
  std::list<fs::path> rest(path.begin(), path.end());
  fs::path reached = ".";
  for (int links = 0; !rest.empty();) {
    const fs::path part = std::move(rest.front());
    rest.pop_front();
    if (part.empty()) continue;          // behind the last '/'
    const fs::path at = reached / part;  // "/" leads to the root from everywhere
    struct stat status = {};
    if (::lstat(at.c_str(), &status) != 0) return "";  // nothing leads anywhere behind it
    if (S_ISLNK(status.st_mode) && is_trap(at, status)) {
      return "leads over the link " + at.lexically_normal().string() +
             " of another user in a folder that all may write to; remove it or use another place";
    }
    if (!S_ISLNK(status.st_mode) || is_link_of_the_kernel(at)) {
      reached = at;
      continue;
    }
    std::error_code error;
    const fs::path target = fs::read_symlink(at, error);
    if (error || ++links > kMostLinks) return "";  // who goes there says it
    rest.insert(rest.begin(), target.begin(), target.end());
  }
  return "";
}

Result<OutputPlace> output_place(const fs::path& path) {
  if (path == "-") {
    return OutputPlace{.kind = OutputPlace::Kind::Descriptor, .descriptor = STDOUT_FILENO};
  }
  if (const std::string why = foreign_link(path); !why.empty()) return refuse(path, why);
  fs::path at = path;
  for (int links = 0; links <= kMostLinks; ++links) {
    if (at.filename().empty()) return system_failure(path, "cannot be written", EISDIR);
    if (const auto fd = own_descriptor(at)) {
      return OutputPlace{.kind = OutputPlace::Kind::Descriptor, .path = at, .descriptor = *fd};
    }
    struct stat status = {};
    if (::lstat(at.c_str(), &status) != 0) {
      // Or its folder is not there, or is none: who makes folders says so.
      if (errno == ENOENT || errno == ENOTDIR) return OutputPlace{.path = at};
      return system_failure(path, "cannot be written", errno);
    }
    if (!S_ISLNK(status.st_mode)) return classify(at, status, path);
    if (is_link_of_the_kernel(at)) {
      return OutputPlace{.kind = OutputPlace::Kind::Stream, .path = at};
    }
    std::error_code error;
    const fs::path target = fs::read_symlink(at, error);
    if (error) return system_failure(path, "cannot be written", error.value());
    at = folder_of(at) / target;  // an absolute target stays itself
  }
  return system_failure(path, "cannot be written", ELOOP);
}

Result<void> check_stream(const OutputPlace& place, const fs::path& name) {
  if (place.kind == OutputPlace::Kind::Descriptor) {
    const int flags = ::fcntl(place.descriptor, F_GETFL);
    if (flags < 0) return system_failure(name, "cannot be written", errno);
    if ((flags & O_ACCMODE) == O_RDONLY) return system_failure(name, "cannot be written", EBADF);
    return {};
  }
  if (::faccessat(AT_FDCWD, place.path.c_str(), W_OK, AT_EACCESS) != 0) {
    return system_failure(name, "cannot be written", errno);
  }
  return {};
}

Result<UniqueFd> open_stream(const OutputPlace& place, const fs::path& name) {
  SLIMC_TRY(check_stream(place, name));
  if (place.kind == OutputPlace::Kind::Descriptor) {
    UniqueFd fd(::fcntl(place.descriptor, F_DUPFD_CLOEXEC, 0));
    if (!fd.valid()) return system_failure(name, "cannot be written", errno);
    return fd;
  }
  const auto deadline = std::chrono::steady_clock::now() + kReaderLimit;
  while (true) {
    // Without O_NONBLOCK a pipe is opened when somebody reads it, if ever.
    UniqueFd fd(::open(place.path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (fd.valid()) {
      if (::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK) != 0) {
        return system_failure(name, "cannot be written", errno);
      }
      return fd;
    }
    if (errno != ENXIO && errno != EINTR) return system_failure(name, "cannot be written", errno);
    std::error_code ignored;
    if (errno == ENXIO && !fs::is_fifo(place.path, ignored)) {
      return system_failure(name, "cannot be written", ENXIO);
    }
    if (std::chrono::steady_clock::now() > deadline) {
      return refuse(name, "is a pipe that nobody has opened for reading in " +
                              std::to_string(kReaderLimit.count()) + " s; start its reader first");
    }
    std::this_thread::sleep_for(kReaderPause);
  }
}

Result<void> write_stream(const UniqueFd& fd, std::string_view bytes, const fs::path& name) {
  const NoPipeSignal no_signal;
  // What was printed before stands before it.
  if (std::fflush(stdout) != 0)
    return system_failure("standard output", "cannot be written", errno);
  if (const int error = write_all(fd.get(), bytes)) {
    return system_failure(name, "cannot be written", error);
  }
  // Most that is no file cannot be synced; of a disk that can, a failure counts.
  if (::fsync(fd.get()) != 0 && (errno == EIO || errno == ENOSPC || errno == EDQUOT)) {
    return system_failure(name, "cannot be written", errno);
  }
  return {};
}

}  // namespace slimc
