#include "compiler/build/kernel_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <string_view>
#include <system_error>

#include "support/cleanup.h"
#include "support/files.h"
#include "support/output_place.h"

namespace slimc {
namespace fs = std::filesystem;
namespace {

// An entry is these, the digest of its key and the object, and the object.
constexpr std::string_view kMagic = "slimc kernel 2\n";
constexpr std::size_t kDigestBytes = sizeof(XXH128_canonical_t);
constexpr std::string_view kTemporaryPrefix = "writing-";

// Canonical, so that the bytes are the same on every machine.
std::string digest(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return std::string(reinterpret_cast<const char*>(canonical.digest), kDigestBytes);
}

std::string entry_digest(const std::string& key, std::string_view object) {
  return digest(key + '\n' + std::string(object));
}

// A kernel has some ten to some hundred kilobytes.
constexpr std::uint64_t kMaxEntryBytes = std::uint64_t{32} << 20;

std::string reason() { return std::generic_category().message(errno); }

// Nobody but this user and root can have put anything there; else a reason not to use it.
std::string distrust(const struct stat& status) {
  if (status.st_uid != ::geteuid()) {
    return fmt::format("belongs to user {}, and slimc runs as {}", status.st_uid, ::geteuid());
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fmt::format("can be written to by others (mode {:04o})", status.st_mode & 07777);
  }
  return "";
}

// Links are not followed, and nothing waits for the writer of a FIFO.
UniqueFd open_entry(const UniqueFd& folder, const std::string& name) {
  return UniqueFd(
      ::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

// A file in the folder that nobody had, and its name.
UniqueFd create_entry(const UniqueFd& folder, std::string& name) {
  while (true) {
    name = fmt::format("{}{:08x}", kTemporaryPrefix, std::random_device()());
    UniqueFd file(::openat(folder.get(), name.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           S_IRUSR | S_IWUSR));
    if (file.valid() || errno != EEXIST) return file;
  }
}

}  // namespace

std::string cache_key(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += std::to_string(part.size()) + ':' + part;
  std::string hex;
  for (const char c : digest(all)) {
    constexpr char kDigits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

fs::path cache_folder(const fs::path& asked, Reporter& reporter) {
  if (!asked.empty()) return asked;
  const char* cache_home = std::getenv("XDG_CACHE_HOME");
  if (cache_home && cache_home[0] == '/') return fs::path(cache_home) / "slimc";
  const char* home = std::getenv("HOME");
  if (home && home[0] == '/') return fs::path(home) / ".cache" / "slimc";
  reporter.warning(
      {.message =
           "compiled kernels are not kept for the next time: neither XDG_CACHE_HOME nor HOME "
           "is an absolute path; name a folder by one of them or by --cache-dir",
       .blame = Blame::Tool});
  return {};
}

bool KernelCache::is_trapped() const {
  const std::string why = foreign_link(folder_);
  if (!why.empty()) warn_once(folder_, "the kernel cache is not used: it " + why);
  return !why.empty();
}

UniqueFd KernelCache::open_folder() const {
  UniqueFd folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return folder;
  struct stat status = {};
  ::fstat(folder.get(), &status);
  const std::string wrong = distrust(status);
  if (wrong.empty()) return folder;
  warn_once(folder_, "the kernel cache " + wrong +
                         ", so it is not used: chmod go-w, or another folder by --cache-dir");
  return {};
}

std::optional<std::string> KernelCache::find(const std::string& key) const {
  if (folder_.empty()) return std::nullopt;
  if (is_trapped()) return std::nullopt;
  const UniqueFd folder = open_folder();
  if (!folder.valid()) return std::nullopt;
  const UniqueFd file = open_entry(folder, name_of(key));
  if (!file.valid() && errno == ENOENT) return std::nullopt;
  const auto miss = [&](const std::string& why) {
    warn_once(folder_ / name_of(key), why +
                                          ", so the kernel of this entry is compiled anew; if "
                                          "that is said again, remove it");
    return std::optional<std::string>();
  };
  if (!file.valid()) return miss("cannot be opened: " + reason());
  struct stat status = {};
  ::fstat(file.get(), &status);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::string wrong = !S_ISREG(status.st_mode) ? "is no file"
                            : size > kMaxEntryBytes
                                ? fmt::format("is too large for an entry ({} bytes)", size)
                                : distrust(status);
  if (!wrong.empty()) return miss(wrong);
  constexpr std::size_t kHeaderBytes = kMagic.size() + kDigestBytes;
  std::optional<std::string> entry = read_piece(file, 0, size);
  if (!entry || entry->size() <= kHeaderBytes || !entry->starts_with(kMagic)) {
    return miss("is damaged (it does not begin as an entry)");
  }
  std::string& bytes = *entry;
  const std::string_view object = std::string_view(bytes).substr(kHeaderBytes);
  if (bytes.compare(kMagic.size(), kDigestBytes, entry_digest(key, object)) != 0) {
    return miss("is damaged (its digest is not that of its key and object)");
  }
  ::futimens(file.get(), nullptr);  // for prune()
  bytes.erase(0, kHeaderBytes);
  return entry;
}

void KernelCache::store(const std::string& key, const std::string& object) {
  if (folder_.empty() || object.size() > kMaxEntryBytes / 2) return;
  if (is_trapped()) return;
  const std::string unwritable = "cannot write to the kernel cache: ";
  std::error_code error;
  fs::create_directories(folder_of(folder_), error);
  if (!error && ::mkdir(folder_.c_str(), S_IRWXU) != 0) {
    error = std::error_code(errno, std::generic_category());
  }
  const UniqueFd folder = open_folder();
  if (!folder.valid()) return warn_once(folder_, unwritable + (error ? error.message() : reason()));
  std::string temporary;
  std::optional<RemovedAtEnd> unfinished;
  UniqueFd file;
  {
    const EndPostponed postponed;
    file = create_entry(folder, temporary);
    if (file.valid()) unfinished.emplace(folder_ / temporary);
  }
  if (!file.valid()) return warn_once(folder_, unwritable + reason());
  const bool written = write_all(file.get(), kMagic) == 0 &&
                       write_all(file.get(), entry_digest(key, object)) == 0 &&
                       write_all(file.get(), object) == 0;
  // Not synced: after a power cut the digest tells what reached the disk.
  if (!written || file.close() != 0 ||
      ::renameat(folder.get(), temporary.c_str(), folder.get(), name_of(key).c_str()) != 0) {
    warn_once(folder_, unwritable + reason());
    ::unlinkat(folder.get(), temporary.c_str(), 0);
  }
}

void KernelCache::prune(std::uint64_t max_bytes) const {
  struct Entry {
    fs::path path;
    fs::file_time_type used;
    std::uint64_t bytes;
  };
  if (folder_.empty() || is_trapped() || !open_folder().valid()) return;
  const auto abandoned = fs::file_time_type::clock::now() - std::chrono::hours(1);
  std::vector<Entry> entries;
  std::uint64_t total = 0;
  std::error_code error;
  fs::directory_iterator files(folder_, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    // Another slimc may remove a file at any moment: an error is a file less.
    std::error_code gone;
    const fs::path& path = files->path();
    const auto used = fs::last_write_time(path, gone);
    const std::uint64_t bytes = fs::file_size(path, gone);
    if (gone) continue;
    if (path.extension() == ".kernel") {
      entries.push_back({path, used, bytes});
      total += bytes;
    } else if (path.filename().string().rfind(kTemporaryPrefix, 0) == 0 && used < abandoned) {
      fs::remove(path, gone);
    }
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.used < b.used; });
  for (const Entry& oldest : entries) {
    if (total <= max_bytes) return;
    std::error_code gone;
    fs::remove(oldest.path, gone);
    total -= oldest.bytes;
  }
}

void KernelCache::warn_once(const fs::path& path, const std::string& message) const {
  if (warned_.exchange(true)) return;
  reporter_.warning({.file = path, .message = message, .blame = Blame::Tool});
}

}  // namespace slimc
