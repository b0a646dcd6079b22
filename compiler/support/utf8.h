// Text of strangers: names in their files, and what of them a terminal may be shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace slimc {

// The length in bytes of the character that `text`, which is not empty, begins with, and its
// number; 0 bytes if it is not UTF-8 (RFC 3629: the shortest form, no surrogates, nothing above
// U+10FFFF).
struct Utf8Character {
  std::size_t bytes = 0;
  std::uint32_t number = 0;
};
Utf8Character first_character(std::string_view text);

// Whether a terminal may obey it: those of ASCII and of ISO 8859, U+0080 to U+009F.
bool is_control_character(std::uint32_t number);

// The text with its control characters, but for newlines, and what is no UTF-8 written as "\x1b".
std::string printable(std::string_view text);

// How many characters it has, each byte that is not UTF-8 counted as one.
std::size_t count_characters(std::string_view text);

}  // namespace slimc
