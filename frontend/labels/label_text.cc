#include "frontend/labels/label_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/labels/labels.h"
#include "support/utf8.h"

namespace slimc::frontend {
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
    const Utf8Character character = first_character(text.substr(at));
    if (character.bytes == 0) {
      return fmt::format("{} is not UTF-8: byte 0x{:02x} at its place {}", what,
                         static_cast<unsigned char>(text[at]), at + 1);
    }
    if (is_control_character(character.number)) {
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
