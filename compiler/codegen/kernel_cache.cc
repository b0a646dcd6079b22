#include "compiler/codegen/kernel_cache.h"

#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include "compiler/support/files.h"
#include "compiler/support/unique_fd.h"

namespace slimc {
namespace fs = std::filesystem;
namespace {

// An entry is these, the digest of the object, and the object.
constexpr std::string_view kMagic = "slimc kernel 1\n";
constexpr std::size_t kDigestBytes = sizeof(XXH128_canonical_t);
constexpr std::string_view kTemporaryPrefix = "writing-";

// Canonical, so that the bytes are the same on every machine.
std::string digest(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return std::string(reinterpret_cast<const char*>(canonical.digest), kDigestBytes);
}

std::string reason() { return std::generic_category().message(errno); }

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

fs::path default_cache_folder() {
  const char* cache_home = std::getenv("XDG_CACHE_HOME");
  if (cache_home && cache_home[0] == '/') return fs::path(cache_home) / "slimc";
  const char* home = std::getenv("HOME");
  if (home && home[0] == '/') return fs::path(home) / ".cache" / "slimc";
  return {};
}

std::optional<std::string> KernelCache::find(const std::string& key) const {
  if (folder_.empty()) return std::nullopt;
  const fs::path path = entry(key);
  Result<std::string> bytes = read_file(path);
  constexpr std::size_t kHeaderBytes = kMagic.size() + kDigestBytes;
  if (!bytes || bytes->size() <= kHeaderBytes || bytes->compare(0, kMagic.size(), kMagic) != 0) {
    return std::nullopt;
  }
  const std::string_view object = std::string_view(*bytes).substr(kHeaderBytes);
  if (bytes->compare(kMagic.size(), kDigestBytes, digest(object)) != 0) return std::nullopt;
  std::error_code ignored;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);  // for prune()
  return bytes->substr(kHeaderBytes);
}

void KernelCache::store(const std::string& key, const std::string& object) {
  if (folder_.empty()) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  std::string temporary = folder_ / (std::string(kTemporaryPrefix) + "XXXXXX");
  UniqueFd file(mkstemp(temporary.data()));
  if (!file.valid()) return warn_once("cannot write to the kernel cache: " + reason());
  const bool written = write_all(file.get(), kMagic) == 0 &&
                       write_all(file.get(), digest(object)) == 0 &&
                       write_all(file.get(), object) == 0;
  // Not synced: after a power cut the digest tells what reached the disk.
  if (!written || file.close() != 0 || rename(temporary.c_str(), entry(key).c_str()) != 0) {
    warn_once("cannot write to the kernel cache: " + reason());
    unlink(temporary.c_str());
  }
}

void KernelCache::prune(std::uint64_t max_bytes) const {
  struct Entry {
    fs::path path;
    fs::file_time_type used;
    std::uint64_t bytes;
  };
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

void KernelCache::warn_once(const std::string& message) {
  if (warned_.exchange(true)) return;
  reporter_.warning({.file = folder_, .message = message, .blame = Blame::Tool});
}

}  // namespace slimc
