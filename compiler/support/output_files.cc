#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <set>
#include <system_error>
#include <utility>

#include "compiler/support/files.h"
#include "compiler/support/unique_fd.h"

// Folders and files are undone in reverse order of their making, so that a failed commit() leaves
// the disk as it was: Undo holds what to remove until dismiss().
//
// A rename can fail after others have succeeded (a folder stands under the final name of the last
// file, say). To be all or nothing, the file that a rename replaces is kept under a second
// temporary name, as a hard link, until the last rename is done.

namespace slimc {
namespace fs = std::filesystem;
namespace {

Failure system_failure(const fs::path& path, const std::string& what, int error) {
  return fail(
      {.file = path.string(), .message = what + ": " + std::generic_category().message(error)});
}

fs::path folder_of(const fs::path& path) {
  const fs::path folder = path.parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

// Creates what is missing of `folder`, outermost first, and remembers it in `created`.
Result<void> create_folders(const fs::path& folder, std::vector<fs::path>& created) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (fs::is_directory(status)) return {};
  if (fs::exists(status)) return system_failure(folder, "cannot be written to", ENOTDIR);
  if (status.type() == fs::file_type::none) {
    return system_failure(folder, "cannot be written to", error.value());
  }
  const fs::path parent = folder_of(folder);
  if (parent != folder) SLIMC_TRY(create_folders(parent, created));
  if (folder.filename().empty() || folder.filename() == ".") return {};  // "out/"
  if (::mkdir(folder.c_str(), 0777) != 0) {
    if (errno == EEXIST && fs::is_directory(folder, error)) return {};  // someone else was faster
    return system_failure(folder, "cannot be created", errno);
  }
  created.push_back(folder);
  return {};
}

int write_all(int fd, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (wrote < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    done += static_cast<std::size_t>(wrote);
  }
  return 0;
}

// A name in the folder of `path` that nobody uses: the file itself is created by mkstemp.
Result<std::pair<UniqueFd, fs::path>> create_temporary(const fs::path& path) {
  std::string name = (folder_of(path) / ("." + path.filename().string() + ".XXXXXX")).string();
  UniqueFd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd.valid()) return system_failure(path, "cannot be written", errno);
  return std::pair<UniqueFd, fs::path>(std::move(fd), fs::path(name));
}

// mkstemp makes files that only their owner may read; outputs get what the umask leaves of 0666.
// umask(2) can only be read by setting it, which is not safe among threads, so Linux's own report
// is asked first.
mode_t default_mode() {
  if (const auto status = read_file("/proc/self/status", 1 << 20)) {
    const std::size_t at = status->find("\nUmask:");
    if (at != std::string::npos) {
      const unsigned long mask = std::strtoul(status->c_str() + at + 7, nullptr, 8);
      return static_cast<mode_t>(0666 & ~mask);
    }
  }
  return 0644;
}

void sync_folder(const fs::path& folder) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems cannot sync folders; the files' own bytes are safe already.
  if (fd.valid()) (void)::fsync(fd.get());
}

}  // namespace

OutputFiles::~OutputFiles() {
  for (const File& file : files_) {
    if (!file.temporary.empty()) (void)::unlink(file.temporary.c_str());
  }
}

void OutputFiles::add(fs::path path, std::string bytes) {
  files_.push_back({.path = std::move(path), .bytes = std::move(bytes), .temporary = {}});
}

// Writes each file under its temporary name; `whole`: with its bytes.
Result<void> OutputFiles::stage(bool whole, std::vector<fs::path>& created_folders) {
  const mode_t mode = default_mode();
  for (File& file : files_) {
    SLIMC_TRY(create_folders(folder_of(file.path), created_folders));
    // rename(2) would only find out after other files have been replaced.
    std::error_code ignored;
    if (file.path.filename().empty() || fs::is_directory(file.path, ignored)) {
      return system_failure(file.path, "cannot be written", EISDIR);
    }
    SLIMC_ASSIGN(auto temporary, create_temporary(file.path));
    file.temporary = temporary.second;
    if (!whole) continue;
    UniqueFd& fd = temporary.first;
    if (const int error = write_all(fd.get(), file.bytes)) {
      return system_failure(file.path, "cannot be written", error);
    }
    if (::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0 || fd.close() != 0) {
      return system_failure(file.path, "cannot be written", errno);
    }
  }
  return {};
}

void OutputFiles::undo_staging(const std::vector<fs::path>& created_folders) {
  for (File& file : files_) {
    if (!file.temporary.empty()) (void)::unlink(file.temporary.c_str());
    file.temporary.clear();
  }
  for (auto folder = created_folders.rbegin(); folder != created_folders.rend(); ++folder) {
    (void)::rmdir(folder->c_str());
  }
}

Result<void> OutputFiles::check() {
  std::vector<fs::path> created_folders;
  Result<void> staged = stage(/*whole=*/false, created_folders);
  undo_staging(created_folders);
  return staged;
}

Result<void> OutputFiles::commit() {
  std::vector<fs::path> created_folders;
  if (auto staged = stage(/*whole=*/true, created_folders); !staged) {
    undo_staging(created_folders);
    return staged;
  }

  // From here on only names change.
  std::vector<fs::path> kept(files_.size());  // hard links to the files that are replaced
  const auto drop_kept = [&] {
    for (const fs::path& path : kept) {
      if (!path.empty()) (void)::unlink(path.c_str());
    }
  };
  const auto keep_old = [&](std::size_t i) -> Result<void> {
    if (!fs::is_regular_file(fs::symlink_status(files_[i].path))) return {};
    SLIMC_ASSIGN(auto temporary, create_temporary(files_[i].path));
    const fs::path& link = temporary.second;
    (void)::unlink(link.c_str());
    if (::link(files_[i].path.c_str(), link.c_str()) == 0) {
      kept[i] = link;
    } else if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK && errno != ENOENT) {
      // File systems without hard links go without this safety.
      return system_failure(files_[i].path, "cannot be replaced", errno);
    }
    return {};
  };
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (auto result = keep_old(i); !result) {
      drop_kept();
      undo_staging(created_folders);
      return result;
    }
  }
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (::rename(files_[i].temporary.c_str(), files_[i].path.c_str()) == 0) {
      files_[i].temporary.clear();
      continue;
    }
    const int error = errno;
    for (std::size_t j = 0; j < i; ++j) {
      if (kept[j].empty()) {
        (void)::unlink(files_[j].path.c_str());
      } else {
        (void)::rename(kept[j].c_str(), files_[j].path.c_str());
        kept[j].clear();
      }
    }
    drop_kept();
    undo_staging(created_folders);
    return system_failure(files_[i].path, "cannot be replaced", error);
  }
  drop_kept();

  std::set<fs::path> folders;
  for (const File& file : files_) folders.insert(folder_of(file.path));
  for (const fs::path& folder : folders) sync_folder(folder);
  files_.clear();
  return {};
}

}  // namespace slimc
