// NumPy's .npy files (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html):
// versions 1 to 3, C order, little endian.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ir/shape.h"
#include "support/result.h"

namespace slimc {

// An array of one of the two element types that networks take.
struct NpyArray {
  Shape shape;
  std::variant<std::vector<float>, std::vector<std::uint8_t>> data;

  bool is_float() const { return data.index() == 0; }
};

// '<f4' or '|u1' arrays; others are refused by name. The size that the header promises is compared
// with that of the file before memory is taken. `file` is for messages.
Result<NpyArray> parse_npy(std::string_view bytes, const std::string& file);
Result<NpyArray> read_npy(const std::filesystem::path& path);

// A file of version 1 with element type '<f4'.
std::string npy_bytes(const Shape& shape, const std::vector<float>& data);

}  // namespace slimc
