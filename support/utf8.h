// Characters of text that may be anybody's; encode.h is what keeps it from doing harm.
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

// Whether a reader sees it, and it alone: no control character, no line or paragraph separator,
// none that formats (overrides and isolates of direction, joiners, tags, byte order marks), none
// that Unicode lets be ignored, no noncharacter.
bool is_shown(std::uint32_t number);

// Its first `most` bytes, without a character that they would cut.
std::string_view beginning(std::string_view text, std::size_t most);

// How many characters it has, each byte that is not UTF-8 counted as one.
std::size_t count_characters(std::string_view text);

}  // namespace slimc
