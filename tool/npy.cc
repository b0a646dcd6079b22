#include "tool/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <map>
#include <optional>

#include "support/files.h"

namespace slimc {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are copied as they are");

constexpr std::string_view kMagic = "\x93NUMPY";

struct Header {
  std::string descr;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
};

// The header is a Python dict literal with three keys: 'descr' (a string here: structured types
// are not arrays of numbers), 'fortran_order' (a bool) and 'shape' (a tuple).
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : text_(text) {}

  // The header, or nothing if the text is no such dict.
  std::optional<Header> parse() {
    Header header;
    bool has_descr = false, has_order = false, has_shape = false;
    if (!take('{')) return std::nullopt;
    while (!take('}')) {
      const std::optional<std::string> key = string();
      if (!key || !take(':')) return std::nullopt;
      if (*key == "descr" && !has_descr) {
        const std::optional<std::string> descr = string();
        if (!descr) return std::nullopt;
        header.descr = *descr;
        has_descr = true;
      } else if (*key == "fortran_order" && !has_order) {
        if (take_word("True")) {
          header.fortran_order = true;
        } else if (!take_word("False")) {
          return std::nullopt;
        }
        has_order = true;
      } else if (*key == "shape" && !has_shape) {
        if (!tuple(header.shape)) return std::nullopt;
        has_shape = true;
      } else {
        return std::nullopt;
      }
      if (!take(',')) {
        if (!take('}')) return std::nullopt;
        break;
      }
    }
    skip_space();
    if (!text_.empty() || !has_descr || !has_order || !has_shape) return std::nullopt;
    return header;
  }

 private:
  void skip_space() {
    const std::size_t first = text_.find_first_not_of(" \t\n");
    text_.remove_prefix(std::min(first, text_.size()));
  }

  bool take(char c) {
    skip_space();
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool take_word(std::string_view word) {
    skip_space();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  std::optional<std::string> string() {
    skip_space();
    if (text_.empty() || (text_.front() != '\'' && text_.front() != '"')) return std::nullopt;
    const std::size_t end = text_.find(text_.front(), 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string value(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    return value;
  }

  bool tuple(std::vector<std::int64_t>& values) {
    if (!take('(')) return false;
    while (!take(')')) {
      skip_space();
      std::int64_t value = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
      if (error != std::errc() || value < 0) return false;
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      values.push_back(value);
      if (!take(',')) return take(')');
    }
    return true;
  }

  std::string_view text_;
};

template <typename T>
std::vector<T> copy_elements(std::string_view bytes) {
  std::vector<T> elements(bytes.size() / sizeof(T));
  if (!elements.empty()) std::memcpy(elements.data(), bytes.data(), bytes.size());
  return elements;
}

}  // namespace

Result<NpyArray> parse_npy(std::string_view bytes, const std::string& file) {
  const auto problem = [&file](std::string message) {
    return fail({.file = file, .message = std::move(message)});
  };
  if (!bytes.starts_with(kMagic)) return problem("not a .npy file: it does not begin as one");
  if (bytes.size() < 10) return problem("truncated .npy header");
  const auto byte = [&bytes](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at]));
  };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3) {
    return problem(fmt::format(".npy format version {}, expected 1, 2 or 3", version));
  }
  // Version 1 has two bytes of header length, the later ones four.
  const std::size_t header_at = version == 1 ? 10 : 12;
  if (bytes.size() < header_at) return problem("truncated .npy header");
  std::size_t header_length = byte(8) | byte(9) << 8;
  if (version > 1) header_length |= byte(10) << 16 | byte(11) << 24;
  if (bytes.size() - header_at < header_length) return problem("truncated .npy header");

  const std::optional<Header> header = HeaderParser(bytes.substr(header_at, header_length)).parse();
  if (!header) {
    return problem(
        "malformed .npy header, expected a dict of 'descr', 'fortran_order' and 'shape'");
  }
  const bool is_float = header->descr == "<f4";
  if (!is_float && header->descr != "|u1") {
    return problem(fmt::format("elements of type '{}', expected '<f4' (float32) or '|u1' (uint8)",
                               header->descr));
  }
  if (header->fortran_order && header->shape.size() > 1) {
    return problem("the array is in Fortran order, expected C order");
  }
  const std::string_view payload = bytes.substr(header_at + header_length);
  NpyArray array{.shape = Shape(header->shape), .data = {}};
  // Where there are as many as can be counted, there may be more (Shape::elements()).
  constexpr auto kMany = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto elements = static_cast<std::uint64_t>(array.shape.elements());
  const std::uint64_t element_bytes = is_float ? sizeof(float) : sizeof(std::uint8_t);
  if (payload.size() % element_bytes != 0 || payload.size() / element_bytes != elements) {
    return problem(
        fmt::format("{} bytes of data, but the shape ({}) of '{}' takes {}{} numbers of {} bytes",
                    payload.size(), fmt::join(header->shape, ", "), header->descr, elements,
                    elements == kMany ? " or more" : "", element_bytes));
  }
  if (is_float) {
    array.data = copy_elements<float>(payload);
  } else {
    array.data = copy_elements<std::uint8_t>(payload);
  }
  return array;
}

Result<NpyArray> read_npy(const std::filesystem::path& path) {
  SLIMC_ASSIGN(const std::string bytes, read_file(path));
  return parse_npy(bytes, path.string());
}

std::string npy_bytes(const Shape& shape, const std::vector<float>& data) {
  // A tuple of one needs its comma.
  std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}{}), }}",
                                   fmt::join(shape.dims(), ", "), shape.rank() == 1 ? "," : "");
  // The data begins at a multiple of 64 bytes; the header ends in a newline.
  constexpr std::size_t kPrefix = 10, kAlignment = 64;
  const std::size_t unpadded = kPrefix + header.size() + 1;
  header.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  header += '\n';

  std::string bytes(kMagic);
  bytes += {'\x01', '\x00', static_cast<char>(header.size() & 0xff),
            static_cast<char>(header.size() >> 8)};
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(data.data()), data.size() * sizeof(float));
  return bytes;
}

}  // namespace slimc
