#include "frontend/tensorflow/table.h"

#include <fmt/format.h>
#include <leveldb/env.h>
#include <leveldb/options.h>
#include <leveldb/table_builder.h>
#include <snappy.h>

#include <cassert>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "frontend/tensorflow/crc32c.h"

namespace slimc::frontend {
namespace {

// Two block handles of two varints each, padded to 40 bytes, and the magic number.
constexpr std::size_t kFooterSize = 48;
constexpr std::string_view kMagic = "\x57\xfb\x80\x8b\x24\x75\x47\xdb";

constexpr std::uint64_t kBlockTrailerSize = 5;  // compression type and checksum

using Pairs = std::vector<std::pair<std::string, std::string>>;

class MemoryWriter final : public leveldb::WritableFile {
 public:
  leveldb::Status Append(const leveldb::Slice& data) override {
    bytes.append(data.data(), data.size());
    return leveldb::Status::OK();
  }
  leveldb::Status Close() override { return leveldb::Status::OK(); }
  leveldb::Status Flush() override { return leveldb::Status::OK(); }
  leveldb::Status Sync() override { return leveldb::Status::OK(); }

  std::string bytes;
};

// From an untrusted file; LevelDB's own reader takes the memory for a block before it looks whether
// the file has it. The format is https://github.com/google/leveldb/blob/main/doc/table_format.md.
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

std::uint32_t little_endian_32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i > 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
  }
  return value;
}

// A block's place, without its trailer.
struct Handle {
  std::uint64_t offset = 0, size = 0;
};

class TableReader {
 public:
  explicit TableReader(std::string_view bytes)
      : blocks_(bytes.substr(0, bytes.size() - kFooterSize)),
        footer_(bytes.substr(bytes.size() - kFooterSize)),
        budget_(kMaxGrowth * bytes.size()) {}

  tl::expected<Pairs, std::string> read() {
    std::string_view handles = footer_;
    const auto meta = take_handle(handles);
    const auto index = take_handle(handles);
    if (!meta || !index) return damaged("its footer names blocks that it does not have");
    // Of tables with a filter; nothing in it is needed, but it is read before, as all else.
    if (auto pairs = read_block(*meta); !pairs) return tl::unexpected(pairs.error());
    auto blocks = read_block(*index);
    if (!blocks) return tl::unexpected(blocks.error());

    Pairs all;
    std::uint64_t end = 0;
    for (const auto& [key, value] : *blocks) {
      std::string_view bytes = value;
      const auto handle = take_handle(bytes);
      if (!handle) return damaged("its index names a block that it does not have");
      // Blocks lie in the order of their keys; this also keeps a file from naming one of them a
      // thousand times.
      if (handle->offset < end) return damaged("its blocks are not in order");
      end = handle->offset + handle->size + kBlockTrailerSize;
      auto pairs = read_block(*handle);
      if (!pairs) return tl::unexpected(pairs.error());
      for (auto& [name, data] : *pairs) {
        if (!all.empty() && name <= all.back().first) return damaged(kOutOfOrder);
        all.emplace_back(std::move(name), std::move(data));
      }
    }
    return all;
  }

 private:
  static constexpr const char* kOutOfOrder = "its keys are not in order";

  // Keys share beginnings, and Snappy makes zeros up to 21 times smaller. Real files grow less than
  // ten times.
  static constexpr std::uint64_t kMaxGrowth = 64;

  // Snappy's largest copy is 64 bytes from 3 (https://github.com/google/snappy/blob/main/
  // format_description.txt).
  static constexpr std::uint64_t kMaxSnappyGrowth = 22;

  static tl::unexpected<std::string> damaged(std::string what) {
    return tl::unexpected(std::move(what));
  }

  std::optional<Handle> take_handle(std::string_view& bytes) const {
    const auto offset = take_varint(bytes);
    const auto size = take_varint(bytes);
    const std::uint64_t end = blocks_.size();
    if (!offset || !size || *offset > end || *size > end - *offset) return std::nullopt;
    if (kBlockTrailerSize > end - *offset - *size) return std::nullopt;
    return Handle{*offset, *size};
  }

  // The contents of a block, uncompressed.
  tl::expected<std::string, std::string> contents(const Handle& handle) const {
    const std::string_view bytes = blocks_.substr(handle.offset, handle.size + 1);
    const std::string_view checksum = blocks_.substr(handle.offset + bytes.size(), 4);
    if (masked_crc32c(bytes) != little_endian_32(checksum)) {
      return damaged(fmt::format("the checksum of the block at byte {} is wrong", handle.offset));
    }
    const std::string_view data = bytes.substr(0, handle.size);
    const char compression = bytes.back();
    if (compression == leveldb::kNoCompression) return std::string(data);
    if (compression != leveldb::kSnappyCompression) {
      return damaged(fmt::format("the block at byte {} is compressed by an unknown method ({})",
                                 handle.offset, static_cast<int>(compression)));
    }
    std::size_t size = 0;
    std::string plain;
    if (!snappy::GetUncompressedLength(data.data(), data.size(), &size) ||
        size > kMaxSnappyGrowth * data.size() ||
        !snappy::Uncompress(data.data(), data.size(), &plain)) {
      return damaged(fmt::format("the block at byte {} is not compressed data", handle.offset));
    }
    return plain;
  }

  tl::expected<Pairs, std::string> read_block(const Handle& handle) {
    auto block = contents(handle);
    if (!block) return tl::unexpected(block.error());
    const auto bad = [&] {
      return damaged(fmt::format("the block at byte {} is damaged", handle.offset));
    };
    // Behind the pairs lie the offsets of those whose keys are whole, and how many they are.
    std::string_view bytes = *block;
    if (bytes.size() < 4) return bad();
    const std::uint64_t restarts = std::uint64_t{little_endian_32(bytes.substr(bytes.size() - 4))};
    if (restarts > (bytes.size() - 4) / 4) return bad();
    bytes.remove_suffix(4 + 4 * restarts);

    Pairs pairs;
    while (!bytes.empty()) {
      const auto shared = take_varint(bytes);
      const auto unshared = take_varint(bytes);
      const auto value_size = take_varint(bytes);
      if (!shared || !unshared || !value_size) return bad();
      std::string_view previous;
      if (!pairs.empty()) previous = pairs.back().first;
      if (*shared > previous.size() || *unshared > bytes.size() ||
          *value_size > bytes.size() - *unshared) {
        return bad();
      }
      const std::uint64_t size = *shared + *unshared + *value_size;
      if (size > budget_) return damaged("its keys and values are far larger than the file");
      budget_ -= size;
      std::string key(previous.substr(0, *shared));
      key += bytes.substr(0, *unshared);
      if (!pairs.empty() && key <= previous) return damaged(kOutOfOrder);
      pairs.emplace_back(std::move(key), bytes.substr(*unshared, *value_size));
      bytes.remove_prefix(*unshared + *value_size);
    }
    return pairs;
  }

  std::string_view blocks_;
  std::string_view footer_;
  std::uint64_t budget_;  // bytes that keys and values may still have
};

}  // namespace

bool ends_like_a_table(std::string_view bytes) { return bytes.ends_with(kMagic); }

tl::expected<std::map<std::string, std::string>, std::string> read_table(std::string_view bytes) {
  if (bytes.size() < kFooterSize) return tl::unexpected(std::string("too short to be a table"));
  if (!ends_like_a_table(bytes)) {
    return tl::unexpected(std::string("no table's magic number at its end"));
  }
  auto pairs = TableReader(bytes).read();
  if (!pairs) return tl::unexpected(pairs.error());
  return std::map<std::string, std::string>(std::move_iterator(pairs->begin()),
                                            std::move_iterator(pairs->end()));
}

std::string write_table(const std::map<std::string, std::string>& pairs,
                        TableCompression compression) {
  MemoryWriter file;
  leveldb::Options options;
  options.compression = compression == TableCompression::Snappy ? leveldb::kSnappyCompression
                                                                : leveldb::kNoCompression;
  leveldb::TableBuilder builder(options, &file);
  for (const auto& [key, value] : pairs) builder.Add(key, value);
  [[maybe_unused]] const leveldb::Status status = builder.Finish();
  assert(status.ok() && "writing to memory cannot fail");
  return std::move(file.bytes);
}

}  // namespace slimc::frontend
