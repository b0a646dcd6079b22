#include "frontend/tensorflow/ordered_code.h"

#include <array>
#include <bit>
#include <cstddef>

namespace slimc::frontend {

// 00 and ff are escaped as 00 ff and ff 00; 00 01 ends the text.
void append_ordered(std::string& code, std::string_view text) {
  for (const char c : text) {
    code += c;
    if (c == '\0') code += '\xff';
    if (c == '\xff') code += '\0';
  }
  code += '\0';
  code += '\1';
}

// The number of bytes, then the bytes, big-endian, without zeros in front.
void append_ordered(std::string& code, std::uint64_t number) {
  const int bytes = (std::bit_width(number) + 7) / 8;
  code += static_cast<char>(bytes);
  for (int byte = bytes - 1; byte >= 0; --byte) code += static_cast<char>(number >> (8 * byte));
}

// The smallest n bytes that hold 7*n bits of two's complement, big-endian, of which the first n
// bits of the code are then inverted: they give sign and length.
void append_ordered_signed(std::string& code, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  const int width = std::bit_width(number < 0 ? ~bits : bits);
  const auto length = static_cast<std::size_t>(width / 7 + 1);

  std::array<unsigned char, 10> bytes;
  const unsigned char sign = number < 0 ? 0xff : 0;
  bytes[0] = bytes[1] = sign;
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[2 + i] = static_cast<unsigned char>(bits >> (56 - 8 * i));
  }
  unsigned char* first = bytes.data() + bytes.size() - length;
  const std::uint32_t header = 0xffffu << (16 - length);
  first[0] ^= static_cast<unsigned char>(header >> 8);
  if (length > 1) first[1] ^= static_cast<unsigned char>(header);
  code.append(reinterpret_cast<const char*>(first), length);
}

}  // namespace slimc::frontend
