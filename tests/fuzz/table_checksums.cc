#include "tests/fuzz/table_checksums.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "frontend/tensorflow/crc32c.h"

namespace slimc::fuzz {
namespace {

// https://github.com/google/leveldb/blob/main/doc/table_format.md
constexpr std::size_t kFooterSize = 48;
constexpr std::size_t kTypeSize = 1, kChecksumSize = 4;

struct Block {
  std::uint64_t offset = 0, size = 0;
};

std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

std::optional<Block> take_block(std::string_view& bytes) {
  const auto offset = take_varint(bytes);
  const auto size = take_varint(bytes);
  if (!offset || !size) return std::nullopt;
  return Block{*offset, *size};
}

bool mend(std::string& table, const Block& block) {
  if (block.offset > table.size() || block.size > table.size() - block.offset) return false;
  if (table.size() - block.offset - block.size < kTypeSize + kChecksumSize) return false;
  // The checksum covers the block and the byte behind it, its compression.
  const auto covered = static_cast<std::size_t>(block.size) + kTypeSize;
  const std::uint32_t checksum =
      frontend::masked_crc32c(std::string_view(table).substr(block.offset, covered));
  std::memcpy(table.data() + block.offset + covered, &checksum, kChecksumSize);
  return true;
}

}  // namespace

std::string with_right_checksums(std::string table) {
  if (table.size() < kFooterSize) return table;
  const std::string footer = table.substr(table.size() - kFooterSize);
  std::string_view handles = footer;
  const auto meta = take_block(handles);
  if (!meta) return table;
  mend(table, *meta);
  const auto index = take_block(handles);
  if (!index || !mend(table, *index)) return table;

  // Entries of the index: lengths of shared key, own key and value, then key and value, which is a
  // block.
  const std::string entries = table.substr(index->offset, index->size);
  for (std::string_view rest = entries; !rest.empty();) {
    const auto shared = take_varint(rest);
    const auto own = take_varint(rest);
    const auto length = take_varint(rest);
    if (!shared || !own || !length || *own > rest.size() || *length > rest.size() - *own) break;
    std::string_view value = rest.substr(*own, *length);
    if (const auto block = take_block(value)) mend(table, *block);
    rest.remove_prefix(*own + *length);
  }
  return table;
}

}  // namespace slimc::fuzz
