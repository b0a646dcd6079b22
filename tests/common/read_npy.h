// The elements of a NumPy file, read without slimc's own reader, which takes float32 and uint8
// alone.
#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace slimc::testing {

// NumPy's format, version 1: magic, two bytes of version, two of header size, header, data. The
// element type is the caller's to know; a file that is too short ends the test by an exception.
template <typename T>
std::vector<T> read_npy(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  const std::size_t header =
      static_cast<unsigned char>(bytes.at(8)) + 256u * static_cast<unsigned char>(bytes.at(9));
  const std::size_t data = 10 + header;
  std::vector<T> values((bytes.size() - data) / sizeof(T));
  std::memcpy(values.data(), bytes.data() + data, values.size() * sizeof(T));
  return values;
}

}  // namespace slimc::testing
