// What a file shows of itself to somebody who does not know its form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slimc::frontend {

class FileEvidence {
 public:
  // Of a file, its first and last bytes; of a folder, what is in it. Nothing of what is not there
  // or cannot be read.
  static std::optional<FileEvidence> of(const std::filesystem::path& path);

  bool is_folder() const { return is_folder_; }
  std::uint64_t size() const { return size_; }

  // The name's end, in lower case: ".pt". And whether the name holds a text, in lower case too.
  bool ends_in(std::string_view suffix) const { return name_.ends_with(suffix); }
  bool is_called(std::string_view part) const { return name_.find(part) != std::string::npos; }

  bool begins(std::string_view bytes) const { return at(0, bytes); }
  bool at(std::size_t offset, std::string_view bytes) const;
  bool finishes(std::string_view bytes) const;
  // Among the first or last bytes.
  bool holds(std::string_view bytes) const;
  // Anywhere; reads all of the file.
  bool holds_anywhere(std::string_view bytes) const;
  std::uint64_t little_endian(std::size_t offset, std::size_t bytes) const;  // 0 behind the end

  // Whether it begins as text does that people write: no control characters.
  bool is_text() const;
  // The first bytes of the text, behind a byte order mark and blanks.
  std::string_view text() const;
  bool text_begins(std::string_view lower_case) const;  // without regard to case
  // Whether a line begins with the word, behind blanks: "layer" of "layer {".
  bool has_line(std::string_view word) const;
  bool is_json() const { return is_text() && text().starts_with('{'); }

  // What a zip archive holds, or a folder directly.
  const std::vector<std::string>& members() const { return members_; }
  bool has_member(std::string_view name) const;
  bool has_member_like(std::string_view end) const;

  // A file beside this one, with another suffix.
  std::optional<FileEvidence> sibling(const char* suffix) const;

 private:
  void read(const std::filesystem::path& path);
  void list_folder();
  void list_zip(std::string_view part, std::string_view signature, std::size_t length_at,
                std::size_t name_at);

  std::filesystem::path path_;
  std::string name_;
  bool is_folder_ = false;
  std::uint64_t size_ = 0;
  std::string head_, tail_;  // tail_: what head_ has not
  std::vector<std::string> members_;
};

}  // namespace slimc::frontend
