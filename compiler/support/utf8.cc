#include "compiler/support/utf8.h"

namespace slimc {
namespace {

void escape(std::string_view bytes, std::string& text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15u]};
  }
}

}  // namespace

Utf8Character first_character(std::string_view text) {
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
  return too_long || surrogate || number > 0x10ffff ? Utf8Character{}
                                                    : Utf8Character{bytes, number};
}

bool is_control_character(std::uint32_t number) {
  return number < 0x20 || (number >= 0x7f && number < 0xa0);
}

std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = first_character(text.substr(at));
    const std::string_view bytes = text.substr(at, character.bytes == 0 ? 1 : character.bytes);
    const bool fine = character.bytes > 0 &&
                      (character.number == '\n' || !is_control_character(character.number));
    if (fine) {
      result += bytes;
    } else {
      escape(bytes, result);
    }
    at += bytes.size();
  }
  return result;
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    const Utf8Character character = first_character(text.substr(at));
    at += character.bytes == 0 ? 1 : character.bytes;
  }
  return count;
}

}  // namespace slimc
