#include "frontend/onnx/is_onnx.h"

#include <cstdint>
#include <fstream>
#include <optional>

namespace slimc::frontend {
namespace {

// https://protobuf.dev/programming-guides/encoding
enum class Wire : std::uint8_t { Varint = 0, Fixed64 = 1, Length = 2, Fixed32 = 5 };

// Real files have some ten, and one more for each local function.
constexpr int kMaxFields = 1 << 16;

constexpr std::uint64_t kIrVersion = 1;
constexpr std::uint64_t kGraph = 7;
constexpr std::uint64_t kOpsets = 8;
constexpr std::uint64_t kMaxIrVersion = 1000;  // 13 in 2026

std::optional<std::uint64_t> read_varint(std::istream& file) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const int byte = file.get();
    if (byte == std::istream::traits_type::eof()) return std::nullopt;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

// The type of a ModelProto's field; nothing for numbers that it does not have.
std::optional<Wire> wire_of(std::uint64_t field) {
  switch (field) {
    case kIrVersion:
    case 5:  // model_version
      return Wire::Varint;
    case 2:  // producer_name
    case 3:  // producer_version
    case 4:  // domain
    case 6:  // doc_string
    case kGraph:
    case kOpsets:
    case 14:  // metadata_props
    case 20:  // training_info
    case 25:  // functions
    case 26:  // configuration
      return Wire::Length;
    default:
      return std::nullopt;
  }
}

}  // namespace

bool is_onnx(std::istream& file) {
  file.seekg(0, std::ios::end);
  const std::streamoff end = file.tellg();
  file.seekg(0);
  bool has_version = false, has_graph = false, has_opsets = false;
  for (int i = 0; i < kMaxFields; ++i) {
    if (file.tellg() == end) break;
    const auto tag = read_varint(file);
    if (!tag) return false;
    const std::uint64_t field = *tag >> 3;
    const auto wire = wire_of(field);
    if (!wire || static_cast<std::uint64_t>(*wire) != (*tag & 7)) return false;
    const auto number = read_varint(file);
    if (!number) return false;
    if (field == kIrVersion) {
      if (*number == 0 || *number > kMaxIrVersion) return false;
      has_version = true;
    }
    has_graph = has_graph || field == kGraph;
    has_opsets = has_opsets || field == kOpsets;
    if (*wire != Wire::Length) continue;
    const auto left = static_cast<std::uint64_t>(end - file.tellg());
    if (*number > left) {
      // A file that was cut off is an ONNX file still, and the reader will say what is wrong.
      return has_version && has_graph;
    }
    file.seekg(static_cast<std::streamoff>(*number), std::ios::cur);
  }
  return has_graph && (has_version || has_opsets);
}

bool is_onnx_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return file.is_open() && is_onnx(file);
}

}  // namespace slimc::frontend
