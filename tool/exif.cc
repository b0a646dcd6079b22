#include "tool/exif.h"

#include <cstddef>
#include <cstdint>

namespace slimc {
namespace {

constexpr int kUpright = 1;

// Numbers of a byte string, in one byte order; 0 behind the end.
class Bytes {
 public:
  Bytes(std::string_view text, bool big_endian) : text_(text), big_endian_(big_endian) {}

  std::uint32_t u16(std::size_t at) const {
    return big_endian_ ? byte(at) << 8 | byte(at + 1) : byte(at + 1) << 8 | byte(at);
  }
  std::uint32_t u32(std::size_t at) const {
    return big_endian_ ? u16(at) << 16 | u16(at + 2) : u16(at + 2) << 16 | u16(at);
  }

 private:
  std::uint32_t byte(std::size_t at) const {
    return at < text_.size() ? static_cast<unsigned char>(text_[at]) : 0;
  }

  std::string_view text_;
  bool big_endian_;
};

// The orientation in the first directory of a TIFF structure.
int tiff_orientation(std::string_view tiff) {
  if (!tiff.starts_with("II") && !tiff.starts_with("MM")) return kUpright;
  const Bytes bytes(tiff, tiff.starts_with("MM"));
  constexpr std::uint32_t kTiffMagic = 42, kOrientationTag = 0x0112, kShort = 3;
  if (bytes.u16(2) != kTiffMagic) return kUpright;
  const std::size_t directory = bytes.u32(4);
  const std::size_t entries = bytes.u16(directory);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.size()) break;
    if (bytes.u16(entry) != kOrientationTag || bytes.u16(entry + 2) != kShort) continue;
    const std::uint32_t orientation = bytes.u16(entry + 8);
    return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : kUpright;
  }
  return kUpright;
}

}  // namespace

int exif_orientation(std::string_view jpeg) {
  constexpr std::string_view kExif("Exif\0\0", 6);
  constexpr std::uint32_t kApp1 = 0xffe1, kStartOfScan = 0xffda;
  const Bytes bytes(jpeg, /*big_endian=*/true);
  std::size_t at = 2;  // behind the start-of-image marker
  while (at + 4 <= jpeg.size()) {
    const std::uint32_t marker = bytes.u16(at);
    const std::size_t length = bytes.u16(at + 2);  // counts itself
    if (marker == 0xffff) {                        // fill bytes may stand before a marker
      ++at;
      continue;
    }
    if ((marker >> 8) != 0xff || marker == kStartOfScan || length < 2) break;
    const std::string_view segment = jpeg.substr(at + 4, length - 2);
    if (marker == kApp1 && segment.starts_with(kExif)) {
      return tiff_orientation(segment.substr(kExif.size()));
    }
    at += 2 + length;
  }
  return kUpright;
}

}  // namespace slimc
