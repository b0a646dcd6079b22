#include "frontend/tensorflow/v2_checkpoint.h"

#include <fmt/format.h>

#include <bit>
#include <limits>
#include <system_error>
#include <utility>

#include "frontend/integrity.h"
#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/crc32c.h"
#include "frontend/tensorflow/data_type.h"
#include "frontend/tensorflow/table.h"
#include "frontend/tensorflow/tensor_slice.h"
#include "support/input_files.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;

// An index has some 50 bytes a tensor.
constexpr std::uint64_t kMaxIndexBytes = std::uint64_t{1} << 28;

// The number in a shard's name has five digits.
constexpr int kMaxShards = 99999;

// The reader's version in the sense of VersionDef; TensorFlow's bundles have been at 1 since the
// format exists.
constexpr int kBundleVersion = 1;

// A graph of objects has some hundred bytes a variable.
constexpr std::int64_t kMaxTextBytes = std::int64_t{1} << 28;

std::string quoted(const std::string& tensor) { return "tensor '" + tensor + "'"; }

// Where slices are stored: their keys begin with this (see slice_key()).
bool is_slice_key(const std::string& key) { return key.starts_with('\0'); }

}  // namespace

fs::path shard_path(const fs::path& prefix, int shard, int shards) {
  return fs::path(prefix).concat(fmt::format(".data-{:05}-of-{:05}", shard, shards));
}

fs::path index_path(const fs::path& prefix) { return fs::path(prefix).concat(".index"); }

bool V2Checkpoint::is_at(const fs::path& prefix) {
  std::error_code error;
  return fs::exists(index_path(prefix), error) && !fs::is_directory(index_path(prefix), error);
}

Result<std::shared_ptr<const CheckpointFormat>> V2Checkpoint::open(const fs::path& prefix) {
  const auto checkpoint = std::make_shared<V2Checkpoint>();
  checkpoint->prefix_ = prefix;
  checkpoint->index_ = index_path(prefix);
  SLIMC_ASSIGN(const std::string bytes,
               read_model_file(checkpoint->index_, kMaxIndexBytes, NamedBy::Model));
  SLIMC_TRY(checkpoint->read_index(bytes));
  SLIMC_TRY(checkpoint->check_slices());
  SLIMC_TRY(checkpoint->check_shards());
  return checkpoint;
}

Result<void> V2Checkpoint::read_index(const std::string& bytes) {
  auto table = read_table(bytes);
  if (!table) {
    return fail(
        {.file = index_.string(),
         .message = "is not a complete checkpoint index (a LevelDB table): " + table.error()});
  }
  const auto header = table->find("");
  if (header == table->end()) {
    return fail({.file = index_.string(), .message = "has no bundle header (the empty key)"});
  }
  SLIMC_TRY(check_header(header->second));
  table->erase(header);

  Diagnostics problems;
  for (const auto& [key, value] : *table) {
    Entry entry;
    if (!entry.ParseFromString(value)) {
      problems.add({.file = index_.string(),
                    .subject = is_slice_key(key) ? "" : quoted(key),
                    .message = is_slice_key(key) ? "the entry of a slice is damaged"
                                                 : "its entry is damaged"});
      continue;
    }
    if (!is_slice_key(key)) {
      tensors_.emplace(key, StoredTensor{.key = key,
                                         .type = entry.dtype(),
                                         .shape = entry.shape(),
                                         .slices = {entry.slices().begin(), entry.slices().end()}});
      if (entry.slices_size() > 0) continue;
    }
    entries_.emplace(key, std::move(entry));
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

Result<void> V2Checkpoint::check_header(const std::string& bytes) {
  const auto refuse = [&](std::string message) {
    return fail({.file = index_.string(), .message = std::move(message)});
  };
  tensorflow::BundleHeaderProto header;
  if (!header.ParseFromString(bytes)) return refuse("its bundle header is damaged");
  if (header.endianness() != tensorflow::BundleHeaderProto::LITTLE) {
    return refuse("was written on a big-endian machine; slimc reads little-endian checkpoints");
  }
  if (header.version().min_consumer() > kBundleVersion) {
    return refuse(fmt::format("needs a reader of bundle version {}; slimc's is {}",
                              header.version().min_consumer(), kBundleVersion));
  }
  if (header.num_shards() < 1 || header.num_shards() > kMaxShards) {
    return refuse(fmt::format("claims {} data files", header.num_shards()));
  }
  shards_ = header.num_shards();
  return {};
}

Result<void> V2Checkpoint::check_slices() const {
  Diagnostics problems;
  for (const auto& [key, tensor] : tensors_) {
    for (const tensorflow::TensorSliceProto& slice : tensor.slices) {
      const auto entry = entries_.find(slice_key(key, slice));
      if (entry == entries_.end()) {
        problems.add(
            about(tensor, fmt::format("its slice {} is not in the index", to_string(slice))));
      } else if (entry->second.dtype() != tensor.type) {
        problems.add(about(
            tensor, fmt::format("is of type {}, and its slice {} of type {}", name_of(tensor.type),
                                to_string(slice), name_of(entry->second.dtype()))));
      }
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

// A truncated or missing data file is found here even where the tensors that it lacks are not
// needed: what is left of it deserves no trust.
Result<void> V2Checkpoint::check_shards() const {
  struct Shard {
    std::uint64_t bytes = 0;
    std::string problem;  // why its size is not known
    std::uint64_t needed = 0;
    int cut_tensors = 0;
    std::string first_cut;  // in the order of names
    std::int64_t first_end = 0;
  };
  std::map<int, Shard> shards;
  Diagnostics problems;
  const auto check = [&](const StoredTensor& tensor, const Entry& entry) {
    if (entry.shard_id() < 0 || entry.shard_id() >= shards_) {
      problems.add(
          about(tensor, fmt::format("lies in data file {} of {}", entry.shard_id(), shards_)));
      return;
    }
    if (entry.offset() < 0 || entry.size() < 0 ||
        entry.offset() > std::numeric_limits<std::int64_t>::max() - entry.size()) {
      problems.add(about(
          tensor, fmt::format("has the offset {} and size {}", entry.offset(), entry.size())));
      return;
    }
    auto [it, is_new] = shards.try_emplace(entry.shard_id());
    Shard& shard = it->second;
    if (is_new) {
      const fs::path file = shard_path(prefix_, entry.shard_id(), shards_);
      note_input_file(file);
      if (const Result<UniqueFd> opened = open_regular_file(file); !opened) {
        shard.problem = opened.error().list().front().message;
      } else {
        std::error_code error;
        shard.bytes = fs::file_size(file, error);
        if (error) shard.problem = "cannot be read: " + error.message();
      }
    }
    if (!shard.problem.empty()) return;
    const auto end = static_cast<std::uint64_t>(entry.offset() + entry.size());
    if (end > shard.bytes) {
      if (++shard.cut_tensors > 1) return;
      shard.first_cut = tensor.key;
      shard.first_end = entry.offset() + entry.size();
    } else {
      shard.needed += static_cast<std::uint64_t>(entry.size());
    }
  };
  for (const auto& [key, tensor] : tensors_) {
    for (std::size_t i = 0; i < std::max<std::size_t>(tensor.slices.size(), 1); ++i) {
      check(tensor, entry_of(tensor, i));
    }
  }
  for (const auto& [number, shard] : shards) {
    const std::string file = shard_path(prefix_, number, shards_).string();
    if (!shard.problem.empty()) {
      problems.add({.file = file, .message = shard.problem});
    } else if (shard.cut_tensors > 0) {
      std::string others;
      if (shard.cut_tensors > 1) {
        others = fmt::format(" ({} more tensors are cut off too)", shard.cut_tensors - 1);
      }
      problems.add({.file = file,
                    .subject = quoted(shard.first_cut),
                    .message = fmt::format("ends at byte {}, but the file has only {} bytes: it "
                                           "is truncated{}",
                                           shard.first_end, shard.bytes, others)});
    } else if (shard.needed > shard.bytes) {
      // Tensors that share bytes could be a thousand times larger than their file.
      problems.add({.file = file,
                    .message = fmt::format("has {} bytes, and the index says that its tensors have "
                                           "{}: some of them overlap",
                                           shard.bytes, shard.needed)});
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

const V2Checkpoint::Entry& V2Checkpoint::entry_of(const StoredTensor& tensor,
                                                  std::size_t slice) const {
  if (tensor.slices.empty()) return entries_.at(tensor.key);
  return entries_.at(slice_key(tensor.key, tensor.slices[slice]));
}

Result<std::vector<float>> V2Checkpoint::read(const StoredTensor& tensor, std::size_t slice,
                                              std::int64_t elements) const {
  const Entry& entry = entry_of(tensor, slice);
  const std::int64_t needed = elements * floating_size(entry.dtype());
  if (entry.size() != needed) {
    if (!tensor.slices.empty()) {
      return fail(about(tensor, fmt::format("its slice {} has {} bytes; its {} elements of {} "
                                            "need {}",
                                            to_string(tensor.slices[slice]), entry.size(), elements,
                                            name_of(entry.dtype()), needed)));
    }
    // The shape was checked before: it is what `elements` comes from.
    return fail(about(
        tensor, fmt::format("has {} bytes; its shape {} of {} needs {}", entry.size(),
                            to_shape(tensor.shape)->to_string(), name_of(entry.dtype()), needed)));
  }
  SLIMC_ASSIGN(const std::string bytes, read_bytes(tensor, entry));
  SLIMC_TRY(check_crc(tensor, entry, masked_crc32c(bytes)));
  return to_floats(entry.dtype(), bytes);
}

Result<void> V2Checkpoint::check_crc(const StoredTensor& tensor, const Entry& entry,
                                     std::uint32_t crc) const {
  if (crc == entry.crc32c()) return {};
  return fail({.file = shard_file(entry),
               .subject = quoted(tensor.key),
               .message = fmt::format("its checksum is {:08x}, and the index says {:08x}: the "
                                      "data is damaged",
                                      crc, entry.crc32c())});
}

Result<std::string> V2Checkpoint::read_bytes(const StoredTensor& tensor, const Entry& entry) const {
  SLIMC_ASSIGN(const UniqueFd file, open_regular_file(shard_file(entry)));
  std::optional<std::string> bytes = read_piece(file, static_cast<std::uint64_t>(entry.offset()),
                                                static_cast<std::uint64_t>(entry.size()));
  if (!bytes) {
    return fail({.file = shard_file(entry),
                 .subject = quoted(tensor.key),
                 .message = fmt::format("its {} bytes at offset {} cannot be read", entry.size(),
                                        entry.offset())});
  }
  return std::move(*bytes);
}

// Strings lie as their lengths (varints), the lengths' masked checksum, and the texts; the tensor's
// checksum is over the lengths as 32-bit numbers, their checksum and the texts (WriteStringTensor()
// of tensorflow/core/util/tensor_bundle/tensor_bundle.cc).
Result<std::string> V2Checkpoint::read_text(const StoredTensor& tensor) const {
  const auto refuse = [&](std::string message) { return fail(about(tensor, std::move(message))); };
  if (tensor.type != tensorflow::DT_STRING) {
    return refuse("is of type " + name_of(tensor.type) + "; expected DT_STRING");
  }
  if (tensor.shape.dim_size() != 0 || !tensor.slices.empty()) {
    return refuse("is no single text");
  }
  const Entry& entry = entry_of(tensor, 0);
  if (entry.size() > kMaxTextBytes) return refuse("is larger than slimc takes");
  SLIMC_ASSIGN(const std::string bytes, read_bytes(tensor, entry));

  constexpr std::size_t kChecksumBytes = 4, kMaxLengthBytes = 5;
  std::uint64_t length = 0;
  std::size_t at = 0;
  for (bool more = true; more; ++at) {
    if (at == bytes.size() || at == kMaxLengthBytes)
      return refuse("the length of its text is damaged");
    const auto byte = static_cast<unsigned char>(bytes[at]);
    length |= std::uint64_t{byte & 0x7fu} << (7 * at);
    more = (byte & 0x80) != 0;
  }
  if (bytes.size() < at + kChecksumBytes || bytes.size() - at - kChecksumBytes != length) {
    return refuse(fmt::format("has {} bytes; its text of {} needs {}", bytes.size(), length,
                              at + kChecksumBytes + length));
  }
  std::string guarded;
  for (int shift = 0; shift < 32; shift += 8) guarded += static_cast<char>(length >> shift);
  guarded += bytes.substr(at);
  SLIMC_TRY(check_crc(tensor, entry, masked_crc32c(guarded)));
  return bytes.substr(at + kChecksumBytes);
}

fs::path V2Checkpoint::file_of(const StoredTensor& tensor, std::size_t slice) const {
  return shard_file(entry_of(tensor, slice));
}

std::string V2Checkpoint::shard_file(const Entry& entry) const {
  return shard_path(prefix_, entry.shard_id(), shards_).string();
}

}  // namespace slimc::frontend
