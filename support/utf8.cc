#include "support/utf8.h"

#include <algorithm>
#include <iterator>

namespace slimc {
namespace {

struct Range {
  std::uint32_t first, last;
};

// Unicode 14: the general categories Cc, Cf, Zl and Zp, what is Default_Ignorable_Code_Point beside
// them, and noncharacters below U+10000; above, those are the last two of each 65536.
constexpr Range kNotShown[] = {
    {0x0, 0x1f},        {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},
    {0x600, 0x605},     {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},
    {0x890, 0x891},     {0x8e2, 0x8e2},     {0x115f, 0x1160},   {0x17b4, 0x17b5},
    {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},
    {0x3164, 0x3164},   {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x110bd, 0x110bd},
    {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff},
};

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

bool is_shown(std::uint32_t number) {
  constexpr std::uint32_t kPlane = 0xffff, kNoncharacters = 0xfffe;
  if ((number & kPlane) >= kNoncharacters) return false;
  return std::none_of(std::begin(kNotShown), std::end(kNotShown), [number](const Range& range) {
    return number >= range.first && number <= range.last;
  });
}

std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  constexpr std::size_t kLongest = 4;
  for (std::size_t at = most; at > 0 && at + kLongest > most; --at) {
    if (first_character(text.substr(at - 1)).bytes > most - at + 1) return text.substr(0, at - 1);
  }
  return text.substr(0, most);
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
