#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "support/cleanup.h"
#include "support/files.h"
#include "support/folder_lock.h"
#include "support/output_place.h"
#include "support/unique_fd.h"

// A rename can fail after others have succeeded (a folder appears under the final name of the last
// file, say), and so can a write to a pipe behind all of them. To be all or nothing, the file that
// a rename replaces is kept under a second temporary name, as a hard link, until nothing can fail
// any more.

namespace slimc {
namespace fs = std::filesystem;
namespace {

using Kind = OutputPlace::Kind;

// A name of our own for a file that another has, or will have; it goes with its owner.
class TemporaryName {
 public:
  static Result<std::pair<TemporaryName, UniqueFd>> create(const fs::path& path,
                                                           const fs::path& name) {
    auto [temporary, suffix] = temporary_name(path);
    const EndPostponed until_registered;
    UniqueFd fd(::mkostemps(temporary.data(), suffix, O_CLOEXEC));
    if (!fd.valid()) return system_failure(name, "cannot be written", errno);
    return std::pair(TemporaryName(std::move(temporary)), std::move(fd));
  }
  TemporaryName(TemporaryName&&) noexcept = default;
  TemporaryName& operator=(TemporaryName&&) = delete;
  ~TemporaryName() {
    if (guard_) (void)::unlink(path_.c_str());
  }

  const fs::path& path() const { return path_; }

  // 0 or errno; the temporary name is gone then.
  int rename_to(const fs::path& path) {
    if (::rename(path_.c_str(), path.c_str()) != 0) return errno;
    guard_.reset();
    return 0;
  }

 private:
  explicit TemporaryName(fs::path path) : path_(std::move(path)), guard_(std::in_place, path_) {}
  fs::path path_;
  std::optional<RemovedAtEnd> guard_;
};

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

// mkostemps(3) makes files that only their owner may read; new ones get what the umask leaves,
// others what their predecessors had. Without the owner or group that they are for, the old
// permissions would open the file to others.
int set_permissions(int fd, const std::optional<OutputPlace::Old>& old, mode_t fresh) {
  mode_t mode = old ? old->mode : fresh;
  struct stat status = {};
  if (::fstat(fd, &status) != 0) return errno;
  if (old && (old->owner != status.st_uid || old->group != status.st_gid) &&
      ::fchown(fd, old->owner, old->group) != 0 &&
      ::fchown(fd, static_cast<uid_t>(-1), old->group) != 0) {
    mode &= fresh;
  }
  return ::fchmod(fd, mode) == 0 ? 0 : errno;
}

void sync_folder(const fs::path& folder) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems cannot sync folders; the files' own bytes are safe already.
  if (fd.valid()) (void)::fsync(fd.get());
}

// One check() or commit(). Undoes in its destructor what was not committed.
class Writer {
 public:
  explicit Writer(const std::vector<OutputFiles::File>& files) {
    for (const OutputFiles::File& file : files) outputs_.push_back({.file = &file});
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    outputs_.clear();
    if (!committed_) locks_.remove_made_folders();
  }

  Result<void> check() {
    SLIMC_TRY(prepare());
    for (const Output& output : outputs_) {
      if (output.place.kind != Kind::File) {
        SLIMC_TRY(check_stream(output.place, output.file->path));
      }
    }
    return stage(/*whole=*/false);
  }

  Result<void> commit() {
    SLIMC_TRY(prepare());
    SLIMC_TRY(stage(/*whole=*/true));
    for (Output& output : outputs_) {
      if (output.place.kind == Kind::File) continue;
      SLIMC_ASSIGN(output.stream, open_stream(output.place, output.file->path));
    }
    for (Output& output : outputs_) SLIMC_TRY(keep_old(output));
    SLIMC_TRY(or_roll_back(rename_all()));
    SLIMC_TRY(or_roll_back(write_streams()));
    committed_ = true;
    for (const fs::path& folder : folders_) sync_folder(folder);
    return {};
  }

 private:
  struct Output {
    const OutputFiles::File* file = nullptr;
    OutputPlace place;
    std::optional<TemporaryName> temporary;
    std::optional<TemporaryName> kept;  // a hard link to the file that is replaced
    bool renamed = false;
    UniqueFd stream;
  };

  // Where all of them go, and the locks for it.
  Result<void> prepare() {
    std::set<fs::path> taken;
    for (Output& output : outputs_) {
      SLIMC_ASSIGN(output.place, output_place(output.file->path));
      if (output.place.kind == Kind::File) folders_.insert(folder_of(output.place.path));
    }
    SLIMC_ASSIGN(locks_, FolderLocks::take({folders_.begin(), folders_.end()}));
    for (const Output& output : outputs_) {
      if (output.place.kind != Kind::File) continue;
      std::error_code error;
      fs::path place = fs::weakly_canonical(output.place.path, error);
      if (error) place = fs::absolute(output.place.path, error).lexically_normal();
      if (taken.insert(place).second) continue;
      return fail({.file = output.file->path.string(),
                   .message = "is the name of two outputs, of which each needs its own"});
    }
    return {};
  }

  // Writes each file under its temporary name; `whole`: with its bytes.
  Result<void> stage(bool whole) {
    const mode_t mode = default_mode();
    for (Output& output : outputs_) {
      if (output.place.kind != Kind::File) continue;
      const fs::path& name = output.file->path;
      SLIMC_ASSIGN(auto created, TemporaryName::create(output.place.path, name));
      output.temporary.emplace(std::move(created.first));
      UniqueFd fd = std::move(created.second);
      if (!whole) continue;
      int error = write_all(fd.get(), output.file->bytes);
      if (error == 0) error = set_permissions(fd.get(), output.place.old, mode);
      if (error == 0 && (::fsync(fd.get()) != 0 || fd.close() != 0)) error = errno;
      if (error != 0) return system_failure(name, "cannot be written", error);
    }
    return {};
  }

  static Result<void> keep_old(Output& output) {
    const fs::path& path = output.place.path;
    std::error_code ignored;
    if (!output.temporary || !fs::is_regular_file(fs::symlink_status(path, ignored))) return {};
    SLIMC_ASSIGN(auto created, TemporaryName::create(path, output.file->path));
    const fs::path& link = created.first.path();
    (void)::unlink(link.c_str());
    if (::link(path.c_str(), link.c_str()) == 0) {
      output.kept.emplace(std::move(created.first));
    } else if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK && errno != ENOENT) {
      // File systems without hard links go without this safety.
      return system_failure(output.file->path, "cannot be replaced", errno);
    }
    return {};
  }

  Result<void> rename_all() {
    const EndPostponed until_whole;
    for (Output& output : outputs_) {
      if (!output.temporary) continue;
      if (const int error = output.temporary->rename_to(output.place.path)) {
        return system_failure(output.file->path, "cannot be replaced", error);
      }
      output.renamed = true;
    }
    return {};
  }

  Result<void> write_streams() {
    for (Output& output : outputs_) {
      if (!output.stream.valid()) continue;
      SLIMC_TRY(write_stream(output.stream, output.file->bytes, output.file->path));
      if (output.stream.close() != 0) {
        return system_failure(output.file->path, "cannot be written", errno);
      }
    }
    return {};
  }

  Result<void> or_roll_back(Result<void> result) {
    if (result) return result;
    const EndPostponed until_whole;
    for (Output& output : outputs_) {
      if (!output.renamed) continue;
      if (output.kept) {
        (void)output.kept->rename_to(output.place.path);
      } else {
        (void)::unlink(output.place.path.c_str());
      }
    }
    return result;
  }

  FolderLocks locks_;
  std::set<fs::path> folders_;
  std::vector<Output> outputs_;
  bool committed_ = false;
};

}  // namespace

void OutputFiles::add(fs::path path, std::string bytes) {
  files_.push_back({.path = std::move(path), .bytes = std::move(bytes)});
}

Result<void> OutputFiles::check() const { return Writer(files_).check(); }

Result<void> OutputFiles::commit() {
  SLIMC_TRY(Writer(files_).commit());
  files_.clear();
  return {};
}

}  // namespace slimc
