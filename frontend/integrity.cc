#include "frontend/integrity.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>

#include "support/files.h"
#include "support/input_files.h"
#include "support/sha256.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;

// A folder of ten thousand files has a megabyte of sums.
constexpr std::uint64_t kMaxSumsBytes = std::uint64_t{1} << 24;
constexpr std::size_t kDigits = 64;

bool is_hash(std::string_view text) {
  return text.size() == kDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

std::string lower(std::string_view hash) {
  std::string text(hash);
  for (char& c : text) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// sha256sum begins a line with a backslash if it had to write "\\", "\n" or "\r" in the name.
std::optional<std::string> unescape(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '\\') {
      text += name[i];
      continue;
    }
    if (++i == name.size()) return std::nullopt;
    switch (name[i]) {
      case '\\':
        text += '\\';
        break;
      case 'n':
        text += '\n';
        break;
      case 'r':
        text += '\r';
        break;
      default:
        return std::nullopt;
    }
  }
  return text;
}

// Name and hash.
std::optional<std::pair<std::string, std::string>> parse_line(std::string_view line) {
  const bool escaped = line.starts_with('\\');
  if (escaped) line.remove_prefix(1);
  constexpr std::string_view kTag = "SHA256 (", kTagEnd = ") = ";
  std::string_view name, hash;
  if (line.starts_with(kTag)) {
    const std::size_t end = line.rfind(kTagEnd);
    if (end == std::string_view::npos || end < kTag.size()) return std::nullopt;
    name = line.substr(kTag.size(), end - kTag.size());
    hash = line.substr(end + kTagEnd.size());
    if (name.empty()) return std::nullopt;
  } else {
    hash = line.substr(0, kDigits);
    name = line.substr(hash.size());
    // Two blanks, or a blank and the star of --binary.
    if (name.starts_with("  ") || name.starts_with(" *")) {
      name.remove_prefix(2);
      if (name.empty()) return std::nullopt;
    } else if (!name.empty()) {
      return std::nullopt;
    }
  }
  if (!is_hash(hash)) return std::nullopt;
  std::optional<std::string> plain = escaped ? unescape(name) : std::string(name);
  if (!plain) return std::nullopt;
  return std::pair(std::move(*plain), lower(hash));
}

Result<std::map<std::string, std::string>> read_sums(const fs::path& path) {
  note_input_file(path);
  SLIMC_ASSIGN(const std::string text, read_file(path, kMaxSumsBytes, NamedBy::Model));
  return parse_sha256_sums(text, path.string());
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

// Also where it leads nowhere, or is none that can be read: sums that cannot be are a failure, not
// a reason to do without.
bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

// What FILE.sha256 says; the file must be there.
Result<std::string> hash_in_sidecar(const fs::path& sidecar, const fs::path& file) {
  SLIMC_ASSIGN(const auto sums, read_sums(sidecar));
  const std::string name = file.filename().string();
  for (const auto& [path, hash] : sums) {
    if (path.empty() || fs::path(path).filename() == name) return hash;
  }
  return fail({.file = sidecar.string(), .message = "has no hash of '" + name + "'"});
}

// Nothing if the folder's sums do not name the file.
Result<std::optional<std::string>> hash_in_folder(const fs::path& sums_file, const fs::path& file) {
  SLIMC_ASSIGN(const auto sums, read_sums(sums_file));
  for (const auto& [path, hash] : sums) {
    if (fs::path(path).lexically_normal() == file.filename()) return std::optional(hash);
  }
  return std::optional<std::string>();
}

Failure mismatch(const fs::path& file, const std::string& found, const std::string& expected,
                 const std::string& who) {
  return fail({.file = file.string(),
               .message = fmt::format("its SHA-256 is {}, and {} says {}: the file is damaged, or "
                                      "is another one",
                                      found, who, expected)});
}

// `hash_of_file` is called where a hash is expected, at most once.
Result<void> check(const fs::path& file, const std::function<Result<std::string>()>& hash_of_file) {
  note_input_file(file);
  std::map<fs::path, std::string> expected;  // by the file that says it
  const fs::path sidecar = fs::path(file).concat(".sha256");
  if (is_there(sidecar)) {
    SLIMC_ASSIGN(expected[sidecar], hash_in_sidecar(sidecar, file));
  }
  const fs::path sums = fs::path(file).replace_filename("SHA256SUMS");
  if (is_there(sums)) {
    SLIMC_ASSIGN(const std::optional<std::string> hash, hash_in_folder(sums, file));
    if (hash) expected[sums] = *hash;
  }
  if (expected.empty()) return {};

  SLIMC_ASSIGN(const std::string found, hash_of_file());
  for (const auto& [who, hash] : expected) {
    if (hash != found) return mismatch(file, found, hash, who.string());
  }
  return {};
}

}  // namespace

Result<std::map<std::string, std::string>> parse_sha256_sums(std::string_view text,
                                                             const std::string& file) {
  std::map<std::string, std::string> sums;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto parsed = parse_line(line);
    const auto problem = [&](std::string message) {
      return fail({.file = file, .message = std::move(message), .line = number});
    };
    if (!parsed) return problem("expected a SHA-256 and a name, as sha256sum writes them");
    const auto [it, is_new] = sums.insert(*parsed);
    if (!is_new && it->second != parsed->second) {
      return problem(fmt::format("a second, different hash of '{}'", parsed->first));
    }
  }
  return sums;
}

Result<void> check_integrity(const fs::path& file) {
  return check(file, [&file] { return sha256_of_file(file); });
}

Result<std::string> read_model_file(const fs::path& path, std::uint64_t max_bytes,
                                    NamedBy named_by) {
  SLIMC_ASSIGN(std::string bytes, read_file(path, max_bytes, named_by));
  SLIMC_TRY(check(path, [&bytes]() -> Result<std::string> { return sha256_hex(bytes); }));
  return bytes;
}

Result<void> check_sha256(const fs::path& file, const std::string& hash) {
  const auto misuse = [](std::string message) {
    return fail({.subject = "--sha256", .message = std::move(message), .blame = Blame::Usage});
  };
  if (!is_hash(hash)) {
    return misuse(fmt::format("'{}' is no SHA-256, which is {} hexadecimal digits", hash, kDigits));
  }
  if (!is_file(file)) {
    return misuse(
        fmt::format("'{}' is not a single file; the hashes of several go into a file "
                    "SHA256SUMS beside them",
                    file.string()));
  }
  SLIMC_ASSIGN(const std::string found, sha256_of_file(file));
  if (found != lower(hash)) return mismatch(file, found, lower(hash), "--sha256");
  return {};
}

}  // namespace slimc::frontend
