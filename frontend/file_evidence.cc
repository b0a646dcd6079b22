#include "frontend/file_evidence.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <system_error>

#include "support/utf8.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;

// A FlatBuffer ends there, and nothing else is searched.
constexpr std::uint64_t kMaxSearched = std::uint64_t{1} << 31;
constexpr std::size_t kEnds = std::size_t{1} << 16;  // bytes read at the start, and at the end
constexpr std::size_t kMostMembers = 10000;

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kBlank = " \t\r\n";

}  // namespace

std::optional<FileEvidence> FileEvidence::of(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  FileEvidence evidence;
  evidence.path_ = path;
  evidence.is_folder_ = fs::is_directory(status);
  const fs::path named = path.has_filename() ? path : path.parent_path();
  evidence.name_ = lower(named.filename().string());
  if (evidence.is_folder_) {
    evidence.list_folder();
    return evidence;
  }
  if (!fs::is_regular_file(status)) return std::nullopt;
  evidence.size_ = fs::file_size(path, error);
  if (error) return std::nullopt;
  evidence.read(path);
  if (evidence.head_.empty() && evidence.size_ > 0) return std::nullopt;
  // APPNOTE.TXT of PKWARE, 4.3.7 and 4.3.12: local headers, and the central directory at the end.
  if (evidence.begins("PK\x03\x04")) {
    evidence.list_zip(evidence.head_, "PK\x03\x04", 26, 30);
    evidence.list_zip(evidence.tail_.empty() ? evidence.head_ : evidence.tail_, "PK\x01\x02", 28,
                      46);
  }
  return evidence;
}

void FileEvidence::read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const auto take = [&](std::uint64_t from, std::uint64_t bytes) {
    std::string part(bytes, '\0');
    file.seekg(static_cast<std::streamoff>(from));
    file.read(part.data(), static_cast<std::streamsize>(bytes));
    part.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    return part;
  };
  head_ = take(0, std::min<std::uint64_t>(size_, kEnds));
  const std::uint64_t rest = size_ - std::min<std::uint64_t>(size_, kEnds);
  if (rest > 0) {
    const std::uint64_t bytes = std::min<std::uint64_t>(rest, kEnds);
    tail_ = take(size_ - bytes, bytes);
  }
}

void FileEvidence::list_folder() {
  std::error_code error;
  for (fs::directory_iterator at(path_, error), end; !error && at != end; at.increment(error)) {
    if (members_.size() == kMostMembers) break;
    members_.push_back(at->path().filename().string());
  }
  std::sort(members_.begin(), members_.end());
}

void FileEvidence::list_zip(std::string_view part, std::string_view signature,
                            std::size_t length_at, std::size_t name_at) {
  for (std::size_t at = part.find(signature); at != std::string_view::npos;
       at = part.find(signature, at + signature.size())) {
    if (at + name_at > part.size() || members_.size() >= kMostMembers) return;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(part[at + i]); };
    const std::size_t length = static_cast<std::size_t>(byte(length_at)) |
                               static_cast<std::size_t>(byte(length_at + 1)) << 8;
    members_.emplace_back(part.substr(at + name_at, length));
  }
}

bool FileEvidence::at(std::size_t offset, std::string_view bytes) const {
  return offset <= head_.size() && std::string_view(head_).substr(offset).starts_with(bytes);
}

bool FileEvidence::finishes(std::string_view bytes) const {
  return std::string_view(tail_.empty() ? head_ : tail_).ends_with(bytes);
}

bool FileEvidence::holds(std::string_view bytes) const {
  return head_.find(bytes) != std::string::npos || tail_.find(bytes) != std::string::npos;
}

bool FileEvidence::holds_anywhere(std::string_view bytes) const {
  if (size_ > kMaxSearched) return false;
  std::ifstream file(path_, std::ios::binary);
  std::string part, chunk(kEnds, '\0');
  while (file) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    part.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
    if (part.find(bytes) != std::string::npos) return true;
    // What may be the beginning of it.
    part.erase(0, part.size() - std::min(part.size(), bytes.size() - 1));
  }
  return false;
}

std::uint64_t FileEvidence::little_endian(std::size_t offset, std::size_t bytes) const {
  if (offset + bytes > head_.size()) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(head_[offset + i]);
  }
  return value;
}

bool FileEvidence::is_text() const {
  constexpr std::size_t kLongestCharacter = 4;
  for (std::size_t at = 0; at < head_.size();) {
    const Utf8Character character = first_character(std::string_view(head_).substr(at));
    // The last one may be cut in two.
    if (character.bytes == 0) return at > 0 && head_.size() - at < kLongestCharacter;
    const bool blank = std::string_view("\t\n\r\f").find(head_[at]) != std::string_view::npos;
    if (is_control_character(character.number) && !blank) return false;
    at += character.bytes;
  }
  return !head_.empty();
}

std::string_view FileEvidence::text() const {
  std::string_view text = head_;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(kBlank)));
  return text;
}

bool FileEvidence::text_begins(std::string_view lower_case) const {
  return lower(text().substr(0, lower_case.size())) == lower_case;
}

bool FileEvidence::has_line(std::string_view word) const {
  std::string_view rest = text();
  while (!rest.empty()) {
    if (rest.starts_with(word)) {
      std::string_view behind = rest.substr(word.size());
      behind.remove_prefix(std::min(behind.size(), behind.find_first_not_of(" \t")));
      // A word of its own, that has a value.
      if (behind.empty() || std::string_view("{<:\r\n").find(behind[0]) != std::string_view::npos) {
        return true;
      }
    }
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(kBlank)));
  }
  return false;
}

bool FileEvidence::has_member(std::string_view name) const {
  return std::find(members_.begin(), members_.end(), name) != members_.end();
}

bool FileEvidence::has_member_like(std::string_view end) const {
  return std::any_of(members_.begin(), members_.end(),
                     [end](const std::string& member) { return member.ends_with(end); });
}

std::optional<FileEvidence> FileEvidence::sibling(const char* suffix) const {
  return of(fs::path(path_).replace_extension(suffix));
}

}  // namespace slimc::frontend
