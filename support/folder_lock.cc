#include "support/folder_lock.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "support/files.h"

namespace slimc {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kPrefix = ".slimc-";
constexpr std::string_view kRandom = "XXXXXX";
constexpr std::chrono::milliseconds kPause(10);

bool is_temporary_name(std::string_view name) {
  if (!name.starts_with(kPrefix)) return false;
  name.remove_prefix(kPrefix.size());
  return name.size() > kRandom.size() + 1 && name[kRandom.size()] == '.' &&
         std::all_of(name.begin(), name.begin() + kRandom.size(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

// Creates what is missing of `folder`, outermost first, and remembers it in `made`.
Result<void> make_folders(const fs::path& folder, std::vector<fs::path>& made) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (fs::is_directory(status)) return {};
  if (fs::exists(status)) return system_failure(folder, "cannot be written to", ENOTDIR);
  if (status.type() == fs::file_type::none) {
    return system_failure(folder, "cannot be written to", error.value());
  }
  const fs::path parent = folder_of(folder);
  if (parent != folder) SLIMC_TRY(make_folders(parent, made));
  if (folder.filename().empty() || folder.filename() == ".") return {};  // "out/"
  if (::mkdir(folder.c_str(), 0777) != 0) {
    if (errno == EEXIST && fs::is_directory(folder, error)) return {};  // someone else was faster
    return system_failure(folder, "cannot be created", errno);
  }
  made.push_back(folder);
  return {};
}

// Only files of the same user: with a lock that all of its slimc take, nobody is writing them.
void sweep(int folder) {
  const int copy = ::fcntl(folder, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(copy), ::closedir);
  if (!entries) {
    ::close(copy);
    return;
  }
  ::rewinddir(entries.get());
  while (const dirent* entry = ::readdir(entries.get())) {
    if (!is_temporary_name(entry->d_name)) continue;
    struct stat status = {};
    if (::fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(status.st_mode) && status.st_uid == ::geteuid()) {
      (void)::unlinkat(folder, entry->d_name, 0);
    }
  }
}

}  // namespace

TemporaryTemplate temporary_name(const fs::path& path) {
  constexpr std::size_t kLongestName = 255;  // NAME_MAX of all usual file systems
  const std::string begin = std::string(kPrefix) + std::string(kRandom);
  const std::string end = "." + path.filename().string().substr(0, kLongestName - begin.size() - 1);
  return {(folder_of(path) / (begin + end)).string(), static_cast<int>(end.size())};
}

Result<FolderLocks> FolderLocks::take(const std::vector<fs::path>& folders,
                                      std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  FolderLocks locks;
  while (true) {
    Result<bool> taken = locks.try_take(folders, deadline);
    if (taken && *taken) break;
    // A folder that another process made and removed in between is made again.
    if (!taken || std::chrono::steady_clock::now() > deadline) {
      locks.remove_made_folders();
      if (!taken) return Failure(std::move(taken).error());
      return system_failure(folders.front(), "cannot be written to", ENOENT);
    }
    locks.folders_.clear();
    std::this_thread::sleep_for(kPause);
  }
  for (const Folder& folder : locks.folders_) {
    if (folder.locked) sweep(folder.fd.get());
  }
  return locks;
}

// False: a folder is not the one any more that was locked under its name.
Result<bool> FolderLocks::try_take(const std::vector<fs::path>& folders,
                                   std::chrono::steady_clock::time_point deadline) {
  std::error_code error;
  for (const fs::path& path : folders) {
    if (auto made = make_folders(path, made_); !made) {
      // Its parent may have gone: made, and removed again, by another process that failed.
      if (!fs::exists(folder_of(path), error) && std::chrono::steady_clock::now() < deadline) {
        return false;
      }
      return Failure(std::move(made).error());
    }
    Folder folder{.path = path};
    folder.fd = UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.fd.valid()) {
      if (errno == ENOENT) return false;
      continue;
    }
    struct stat status = {};
    if (::fstat(folder.fd.get(), &status) != 0) continue;
    folder.device = status.st_dev;
    folder.inode = status.st_ino;
    folders_.push_back(std::move(folder));
  }
  const auto place = [](const Folder& folder) { return std::pair(folder.device, folder.inode); };
  std::sort(folders_.begin(), folders_.end(),
            [&](const Folder& a, const Folder& b) { return place(a) < place(b); });
  folders_.erase(
      std::unique(folders_.begin(), folders_.end(),
                  [&](const Folder& a, const Folder& b) { return place(a) == place(b); }),
      folders_.end());

  for (Folder& folder : folders_) {
    while (::flock(folder.fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) break;
      if (std::chrono::steady_clock::now() > deadline) {
        return fail({.file = folder.path.string(),
                     .message = "is locked by another process, which may be a slimc that is "
                                "writing there; try again when it has ended"});
      }
      std::this_thread::sleep_for(kPause);
    }
    folder.locked = ::flock(folder.fd.get(), LOCK_EX | LOCK_NB) == 0;
    struct stat status = {};
    if (::stat(folder.path.c_str(), &status) != 0 || status.st_dev != folder.device ||
        status.st_ino != folder.inode) {
      return false;
    }
  }
  return true;
}

void FolderLocks::remove_made_folders() {
  for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) {
    (void)::rmdir(folder->c_str());
  }
  made_.clear();
}

}  // namespace slimc
