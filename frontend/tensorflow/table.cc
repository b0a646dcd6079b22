#include "frontend/tensorflow/table.h"

#include <leveldb/comparator.h>
#include <leveldb/env.h>
#include <leveldb/iterator.h>
#include <leveldb/options.h>
#include <leveldb/table.h>
#include <leveldb/table_builder.h>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>

namespace slimc::frontend {
namespace {

// Two block handles of two varints each, padded to 40 bytes, and the magic number.
constexpr std::size_t kFooterSize = 48;
constexpr std::size_t kHandlesSize = 40;
constexpr std::uint64_t kBlockTrailerSize = 5;  // compression type and checksum

class MemoryFile final : public leveldb::RandomAccessFile {
 public:
  explicit MemoryFile(std::string_view bytes) : bytes_(bytes) {}

  leveldb::Status Read(std::uint64_t offset, std::size_t n, leveldb::Slice* result,
                       char*) const override {
    if (offset > bytes_.size() || n > bytes_.size() - offset) {
      return leveldb::Status::Corruption("a block lies behind the end of the file");
    }
    *result = leveldb::Slice(bytes_.data() + offset, n);
    return leveldb::Status::OK();
  }

 private:
  std::string_view bytes_;
};

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

// The footer is the one part of a table without a checksum, and LevelDB takes memory for the
// blocks that it names before it looks at the file's size.
bool footer_is_plausible(std::string_view bytes) {
  std::string_view handles = bytes.substr(bytes.size() - kFooterSize, kHandlesSize);
  const std::uint64_t end = bytes.size() - kFooterSize;
  for (int handle = 0; handle < 2; ++handle) {
    const auto offset = take_varint(handles);
    const auto size = take_varint(handles);
    if (!offset || !size || *offset > end || *size > end) return false;
    if (*offset + *size + kBlockTrailerSize > end) return false;
  }
  return true;
}

tl::expected<std::map<std::string, std::string>, std::string> read_pairs(std::string_view bytes) {
  MemoryFile file(bytes);
  leveldb::Options options;
  options.paranoid_checks = true;
  leveldb::Table* opened = nullptr;
  const leveldb::Status status = leveldb::Table::Open(options, &file, bytes.size(), &opened);
  const std::unique_ptr<leveldb::Table> table(opened);
  if (!status.ok()) return tl::unexpected(status.ToString());

  leveldb::ReadOptions read_options;
  read_options.verify_checksums = true;
  const std::unique_ptr<leveldb::Iterator> it(table->NewIterator(read_options));
  std::map<std::string, std::string> pairs;
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    pairs[it->key().ToString()] = it->value().ToString();
  }
  if (!it->status().ok()) return tl::unexpected(it->status().ToString());
  return pairs;
}

}  // namespace

tl::expected<std::map<std::string, std::string>, std::string> read_table(std::string_view bytes) {
  if (bytes.size() < kFooterSize) return tl::unexpected(std::string("too short to be a table"));
  // LevelDB's magic number comes first in the order of checks: its message is the clearest for a
  // file of another kind.
  constexpr std::string_view kMagic = "\x57\xfb\x80\x8b\x24\x75\x47\xdb";
  if (!bytes.ends_with(kMagic)) {
    return tl::unexpected(std::string("no table's magic number at its end"));
  }
  if (!footer_is_plausible(bytes)) {
    return tl::unexpected(std::string("its footer names blocks that it does not have"));
  }
  try {
    return read_pairs(bytes);
  } catch (const std::bad_alloc&) {
    return tl::unexpected(std::string("a block claims more memory than there is"));
  }
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
