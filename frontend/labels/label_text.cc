#include "frontend/labels/label_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/labels/labels.h"

namespace slimc::frontend {
namespace {

// The length in bytes of the character that `text` begins with, and its number; 0 bytes if it is
// not UTF-8 (RFC 3629: the shortest form, no surrogates, nothing above U+10FFFF).
struct Character {
  std::size_t bytes = 0;
  std::uint32_t number = 0;
};

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {1, byte(0)};
  const std::size_t bytes = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < bytes) return {};
  std::uint32_t number = byte(0) & (0x7fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0u) != 0x80u) return {};
    number = number << 6 | (byte(i) & 0x3fu);
  }
  const bool too_long = (bytes == 3 && number < 0x800) || (bytes == 4 && number < 0x10000);
  const bool surrogate = number >= 0xd800 && number <= 0xdfff;
  return too_long || surrogate || number > 0x10ffff ? Character{} : Character{bytes, number};
}

}  // namespace

void LabelProblems::add(int line, std::string message) {
  if (!full()) problems_.add({.file = file_, .message = std::move(message), .line = line});
}

bool is_wordnet_id(std::string_view text) {
  return text.size() == 9 && text[0] == 'n' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string problem_with(std::string_view text, std::string_view what) {
  if (text.empty()) return fmt::format("{} is empty", what);
  if (text.size() > kMaxLabelBytes) {
    return fmt::format("{} of {} bytes, expected at most {}", what, text.size(), kMaxLabelBytes);
  }
  for (std::size_t at = 0; at < text.size();) {
    const Character character = first_character(text.substr(at));
    if (character.bytes == 0) {
      return fmt::format("{} is not UTF-8: byte 0x{:02x} at its place {}", what,
                         static_cast<unsigned char>(text[at]), at + 1);
    }
    if (character.number < 0x20 || (character.number >= 0x7f && character.number < 0xa0)) {
      return fmt::format("{} has the control character U+{:04X} at its place {}", what,
                         character.number, at + 1);
    }
    at += character.bytes;
  }
  return "";
}

int WordnetIds::line_before(const std::string& id, int line) {
  const auto [entry, is_new] = lines_.emplace(id, line);
  return is_new ? 0 : entry->second;
}

}  // namespace slimc::frontend
