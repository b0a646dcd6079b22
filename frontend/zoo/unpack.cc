#include "frontend/zoo/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <unordered_set>
#include <utility>

#include "frontend/zoo/gzip_stream.h"
#include "support/encode.h"
#include "support/files.h"
#include "support/unique_fd.h"
#include "support/utf8.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;

// A header and padding for every entry, and the end's two blocks.
constexpr std::uint64_t kTarOverhead = 4096;
constexpr std::size_t kMaxPath = 512;
constexpr std::size_t kMaxComponent = 255;

struct FreeArchive {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using Archive = std::unique_ptr<archive, FreeArchive>;

// What is wrong with an entry's path; nothing if it stays where it belongs.
std::optional<std::string> path_problem(std::string_view path) {
  if (path.empty()) return "has no path";
  if (path.size() > kMaxPath) return fmt::format("has a path of more than {} bytes", kMaxPath);
  if (path.front() == '/') return "has an absolute path";
  for (const char c : path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') {
      return "has a control character or a backslash in its path";
    }
  }
  for (const fs::path& component : fs::path(path)) {
    if (component == "..") return "has a path that goes up (\"..\")";
    if (component.native().size() > kMaxComponent) {
      return fmt::format("has a name of more than {} bytes", kMaxComponent);
    }
  }
  return std::nullopt;
}

const char* kind_of(const archive_entry* entry) {
  switch (archive_entry_filetype(const_cast<archive_entry*>(entry))) {
    case AE_IFLNK:
      return "a symbolic link";
    case AE_IFCHR:
    case AE_IFBLK:
      return "a device";
    case AE_IFIFO:
      return "a pipe";
    case AE_IFSOCK:
      return "a socket";
    default:
      return "neither a file nor a folder";
  }
}

class Reader {
 public:
  Reader(GzipStream& gzip, std::string name, const UnpackLimits& limits, ArchiveReceiver& receiver)
      : gzip_(gzip), name_(std::move(name)), limits_(limits), receiver_(receiver) {}

  Result<void> read();

 private:
  static la_ssize_t pull(archive* handle, void* self, const void** buffer);

  Failure refuse(std::string message) const {
    return fail({.file = name_, .message = std::move(message)});
  }
  Failure refuse(const std::string& path, std::string message) const {
    return fail({.file = name_,
                 .subject = "entry '" + printable(beginning(path, kMaxPath)) + "'",
                 .message = std::move(message)});
  }
  // libarchive's failure, or the one below it that made it fail.
  Failure broken();
  Result<void> read_entry(archive_entry* entry);
  Result<void> read_file(archive_entry* entry, const fs::path& path);

  GzipStream& gzip_;
  std::string name_;
  const UnpackLimits& limits_;
  ArchiveReceiver& receiver_;
  Archive archive_;
  Diagnostics below_;  // of the gzip layer
  std::size_t entries_ = 0;
  std::uint64_t bytes_ = 0;
  std::unordered_set<std::string> paths_;
};

la_ssize_t Reader::pull(archive* handle, void* self, const void** buffer) {
  auto& reader = *static_cast<Reader*>(self);
  Result<std::string_view> piece = reader.gzip_.next();
  if (!piece) {
    reader.below_ = std::move(piece).error();
    archive_set_error(handle, EIO, "the gzip layer failed");
    return ARCHIVE_FATAL;
  }
  *buffer = piece->data();
  return static_cast<la_ssize_t>(piece->size());
}

Failure Reader::broken() {
  if (!below_.empty()) return Failure(std::move(below_));
  const char* words = archive_error_string(archive_.get());
  return refuse(
      fmt::format("is not a whole tar archive: {}", words != nullptr ? words : "libarchive stops"));
}

Result<void> Reader::read_file(archive_entry* entry, const fs::path& path) {
  if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0) {
    return refuse(path.string(), "does not say how large it is");
  }
  const auto size = static_cast<std::uint64_t>(archive_entry_size(entry));
  if (size > limits_.bytes - bytes_) {
    return refuse(path.string(),
                  fmt::format("would make more than {} bytes of files", limits_.bytes));
  }
  SLIMC_TRY(receiver_.begin_file(path));
  std::vector<char> buffer(std::size_t{1} << 16);
  std::uint64_t written = 0;
  while (true) {
    const la_ssize_t got = archive_read_data(archive_.get(), buffer.data(), buffer.size());
    if (got < 0) return broken();
    if (got == 0) break;
    written += static_cast<std::uint64_t>(got);
    // A sparse file may unfold to more than its entry says.
    if (written > size) return refuse(path.string(), "is larger than its header says");
    SLIMC_TRY(receiver_.write(std::string_view(buffer.data(), static_cast<std::size_t>(got))));
  }
  bytes_ += written;
  return receiver_.end_file();
}

Result<void> Reader::read_entry(archive_entry* entry) {
  const char* raw = archive_entry_pathname(entry);
  const std::string path = raw != nullptr ? raw : "";
  if (++entries_ > limits_.entries) {
    return refuse(fmt::format("has more than {} entries", limits_.entries));
  }
  if (auto problem = path_problem(path)) return refuse(path, std::move(*problem));
  if (archive_entry_hardlink(entry) != nullptr) {
    return refuse(path, "is a hard link; slimc unpacks files and folders");
  }
  const auto type = archive_entry_filetype(entry);
  if (type != AE_IFREG && type != AE_IFDIR) {
    return refuse(path, fmt::format("is {}; slimc unpacks files and folders", kind_of(entry)));
  }
  // "./a" and "a" are the same; so are "a/" and "a".
  fs::path plain;
  for (const fs::path& component : fs::path(path)) {
    if (!component.empty() && component != ".") plain /= component;
  }
  if (type == AE_IFDIR) return {};  // made when a file needs it
  if (plain.empty()) return refuse(path, "has no name");
  if (!paths_.insert(plain.string()).second) return refuse(path, "is there twice");
  return read_file(entry, plain);
}

Result<void> Reader::read() {
  archive_.reset(archive_read_new());
  archive_read_support_filter_none(archive_.get());
  archive_read_support_format_tar(archive_.get());
  if (archive_read_open(archive_.get(), this, nullptr, pull, nullptr) != ARCHIVE_OK) {
    return broken();
  }
  while (true) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(archive_.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK) return broken();
    SLIMC_TRY(read_entry(entry));
  }
  // The checksum stands at the end of the stream, behind the padding of the tar archive.
  while (true) {
    SLIMC_ASSIGN(const std::string_view rest, gzip_.next());
    if (rest.empty()) break;
  }
  if (paths_.empty()) return refuse("has no files in it");
  return {};
}

Result<void> read_stream(ByteSource source, const std::string& name, const UnpackLimits& limits,
                         ArchiveReceiver& receiver) {
  GzipStream gzip(std::move(source), name, limits.bytes + limits.entries * kTarOverhead);
  return Reader(gzip, name, limits, receiver).read();
}

ByteSource source_of(std::string_view bytes) {
  return [bytes]() mutable -> Result<std::string_view> { return std::exchange(bytes, {}); };
}

class FolderReceiver final : public ArchiveReceiver {
 public:
  explicit FolderReceiver(fs::path folder) : folder_(std::move(folder)) {}

  Result<void> begin_file(const fs::path& path) override {
    path_ = folder_ / path;
    std::error_code error;
    fs::create_directories(path_.parent_path(), error);
    if (error) {
      return fail({.file = path_.string(), .message = "cannot be written: " + error.message()});
    }
    // No link is ever made here, and what is there already is not written over.
    file_ = UniqueFd(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                          S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH));
    if (!file_.valid()) return failed();
    paths_.push_back(path);
    return {};
  }

  Result<void> write(std::string_view bytes) override {
    if (write_all(file_.get(), bytes) != 0) return failed();
    return {};
  }

  Result<void> end_file() override {
    if (file_.close() != 0) return failed();
    return {};
  }

  std::vector<fs::path> take_paths() { return std::move(paths_); }

 private:
  Failure failed() const {
    return fail({.file = path_.string(),
                 .message = std::string("cannot be written: ") + std::strerror(errno)});
  }

  fs::path folder_;
  fs::path path_;
  UniqueFd file_;
  std::vector<fs::path> paths_;
};

}  // namespace

Result<void> read_archive(std::string_view bytes, const std::string& name,
                          const UnpackLimits& limits, ArchiveReceiver& receiver) {
  return read_stream(source_of(bytes), name, limits, receiver);
}

Result<std::vector<fs::path>> unpack_archive(std::string_view bytes, const std::string& name,
                                             const fs::path& folder, const UnpackLimits& limits) {
  FolderReceiver receiver(folder);
  SLIMC_TRY(read_archive(bytes, name, limits, receiver));
  return receiver.take_paths();
}

Result<std::vector<fs::path>> unpack_archive_file(const fs::path& file, const fs::path& folder,
                                                  const UnpackLimits& limits) {
  std::ifstream stream(file, std::ios::binary);
  std::string buffer(std::size_t{1} << 16, '\0');
  const auto unreadable = [&] {
    return fail(
        {.file = file.string(), .message = std::string("cannot be read: ") + std::strerror(errno)});
  };
  if (!stream) return unreadable();
  const ByteSource source = [&]() -> Result<std::string_view> {
    stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    if (stream.bad()) return unreadable();
    return std::string_view(buffer.data(), static_cast<std::size_t>(stream.gcount()));
  };
  FolderReceiver receiver(folder);
  SLIMC_TRY(read_stream(source, file.string(), limits, receiver));
  return receiver.take_paths();
}

}  // namespace slimc::frontend
