// Tar and gzip by hand (POSIX.1-1988 "ustar", RFC 1952), so that a test can write what no tar
// would.
#pragma once

#include <zlib.h>

#include <cstdio>
#include <string>
#include <vector>

namespace slimc::frontend::testing {

// One entry: a header block and its data, padded to blocks of 512.
inline std::string tar_entry(const std::string& path, const std::string& data, char type = '0',
                             const std::string& link = "", std::size_t size_in_header = SIZE_MAX) {
  std::string header(512, '\0');
  const auto put = [&](std::size_t at, const std::string& text) {
    header.replace(at, text.size(), text);
  };
  const auto octal = [](std::size_t value, int digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%0*zo", digits, value);
    return std::string(text);
  };
  put(0, path);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, octal(size_in_header == SIZE_MAX ? data.size() : size_in_header, 11));
  put(136, "00000000000");
  put(148, "        ");  // the checksum counts as blanks
  put(156, std::string(1, type));
  put(157, link);
  put(257, std::string("ustar\0"
                       "00",
                       8));
  std::size_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6));
  put(154, std::string("\0 ", 2));
  return header + data + std::string((512 - data.size() % 512) % 512, '\0');
}

inline const std::string kTarEnd(1024, '\0');

inline std::string gzip(const std::string& bytes) {
  z_stream zlib = {};
  deflateInit2(&zlib, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&zlib, bytes.size()) + 64, '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  zlib.avail_in = static_cast<uInt>(bytes.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  deflate(&zlib, Z_FINISH);
  out.resize(zlib.total_out);
  deflateEnd(&zlib);
  return out;
}

}  // namespace slimc::frontend::testing
