#include "support/temporary_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <system_error>
#include <vector>

#include "support/output_place.h"

namespace slimc {
namespace fs = std::filesystem;
namespace {

// Longer than what somebody might call a folder of their own.
constexpr std::string_view kPrefix = "slimc-temporary-";

UniqueFd open_folder(const fs::path& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// Whether the folder is now this process', or cannot be locked on this file system, where nobody
// sweeps then. A sweeper may have been faster: it holds the lock, or has removed the folder.
bool holds(const UniqueFd& folder) {
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;
  struct stat status = {};
  return ::fstat(folder.get(), &status) == 0 && status.st_nlink > 0;
}

// A folder (no link) of this user's that no other may look into, and that nobody has locked.
bool is_abandoned(const UniqueFd& folder) {
  struct stat status = {};
  return folder.valid() && ::fstat(folder.get(), &status) == 0 && status.st_uid == ::geteuid() &&
         (status.st_mode & 077) == 0 && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
}

// As remove_all(), which holds a folder open for each level, with one open file at a time.
void remove_frugally(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> inside;
  for (fs::directory_iterator entries(folder, error), end; !error && entries != end;
       entries.increment(error)) {
    inside.push_back(entries->path());
  }
  for (const fs::path& path : inside) {
    if (fs::symlink_status(path, error).type() == fs::file_type::directory) {
      remove_frugally(path);
    } else {
      fs::remove(path, error);
    }
  }
  fs::remove(folder, error);
}

}  // namespace

void sweep_temporary_folders(const fs::path& parent) {
  std::error_code error;
  fs::directory_iterator entries(parent, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const fs::path& path = entries->path();
    if (!path.filename().string().starts_with(kPrefix)) continue;
    const UniqueFd folder = open_folder(path);
    std::error_code ignored;
    // Locked until it is gone: who has just made it sees that and makes another.
    if (is_abandoned(folder)) fs::remove_all(path, ignored);
  }
}

Result<TemporaryFolder> TemporaryFolder::create() {
  const char* named = std::getenv("TMPDIR");
  const fs::path parent = named != nullptr && *named != '\0' ? named : "/tmp";
  std::error_code error;
  if (!fs::is_directory(parent, error)) {
    return fail({.file = parent.string(),
                 .message = "is no folder for temporary files: make it, or set TMPDIR to another",
                 .blame = Blame::Tool});
  }
  if (const std::string why = foreign_link(parent); !why.empty()) {
    return fail({.file = parent.string(), .message = why, .blame = Blame::Tool});
  }
  static std::once_flag swept;
  std::call_once(swept, [&] { sweep_temporary_folders(parent); });
  return make(fs::absolute(parent, error));
}

Result<TemporaryFolder> TemporaryFolder::create_in(const fs::path& parent) {
  sweep_temporary_folders(parent);
  return make(parent);
}

Result<TemporaryFolder> TemporaryFolder::make(const fs::path& parent) {
  while (true) {
    std::string name = parent / (std::string(kPrefix) + "XXXXXX");
    const auto failed = [&name] {
      return fail(
          {.file = name,
           .message = "cannot make a temporary folder: " + std::generic_category().message(errno),
           .blame = Blame::Tool});
    };
    const EndPostponed postponed;
    if (!mkdtemp(name.data())) return failed();
    UniqueFd lock = open_folder(name);
    if (lock.valid() ? !holds(lock) : errno == ENOENT) continue;
    TemporaryFolder folder(name, std::move(lock));
    if (::mkdir(folder.path().c_str(), S_IRWXU) != 0) return failed();
    return folder;
  }
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code error;
  fs::remove_all(path_, error);
  if (!error) return;
  // Where files cannot be opened any more (ulimit -n), the lock's one may be what is missing.
  lock_ = UniqueFd();
  remove_frugally(path_);
}

}  // namespace slimc
