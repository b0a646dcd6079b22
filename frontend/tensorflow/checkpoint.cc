#include "frontend/tensorflow/checkpoint.h"

#include <fmt/format.h>

#include <fstream>
#include <limits>
#include <system_error>
#include <utility>

#include "compiler/support/files.h"
#include "frontend/tensorflow/crc32c.h"
#include "frontend/tensorflow/data_type.h"
#include "frontend/tensorflow/table.h"

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

std::string quoted(const std::string& tensor) { return "tensor '" + tensor + "'"; }

}  // namespace

fs::path shard_path(const fs::path& prefix, int shard, int shards) {
  return fs::path(prefix).concat(fmt::format(".data-{:05}-of-{:05}", shard, shards));
}

fs::path index_path(const fs::path& prefix) { return fs::path(prefix).concat(".index"); }

Result<Checkpoint> Checkpoint::open(const fs::path& prefix) {
  Checkpoint checkpoint;
  checkpoint.prefix_ = prefix;
  checkpoint.index_ = index_path(prefix);
  SLIMC_ASSIGN(const std::string bytes, read_file(checkpoint.index_, kMaxIndexBytes));
  SLIMC_TRY(checkpoint.read_index(bytes));
  SLIMC_TRY(checkpoint.check_shards());
  return checkpoint;
}

Result<void> Checkpoint::read_index(const std::string& bytes) {
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
  for (const auto& [tensor, value] : *table) {
    tensorflow::BundleEntryProto entry;
    if (!entry.ParseFromString(value)) {
      problems.add(about(tensor, "its entry is damaged"));
      continue;
    }
    entries_.emplace(tensor, std::move(entry));
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

Result<void> Checkpoint::check_header(const std::string& bytes) {
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

// A truncated or missing data file is found here even where the tensors that it lacks are not
// needed: what is left of it deserves no trust.
Result<void> Checkpoint::check_shards() const {
  struct Shard {
    std::uint64_t bytes = 0;
    std::string missing;  // the system's reason
    int cut_tensors = 0;
    std::string first_cut;  // in the order of names
  };
  std::map<int, Shard> shards;
  Diagnostics problems;
  for (const auto& [tensor, entry] : entries_) {
    if (entry.slices_size() > 0) continue;
    if (entry.shard_id() < 0 || entry.shard_id() >= shards_) {
      problems.add(
          about(tensor, fmt::format("lies in data file {} of {}", entry.shard_id(), shards_)));
      continue;
    }
    if (entry.offset() < 0 || entry.size() < 0 ||
        entry.offset() > std::numeric_limits<std::int64_t>::max() - entry.size()) {
      problems.add(about(
          tensor, fmt::format("has the offset {} and size {}", entry.offset(), entry.size())));
      continue;
    }
    auto [it, is_new] = shards.try_emplace(entry.shard_id());
    Shard& shard = it->second;
    if (is_new) {
      std::error_code error;
      shard.bytes = fs::file_size(shard_path(prefix_, entry.shard_id(), shards_), error);
      if (error) shard.missing = error.message();
    }
    if (!shard.missing.empty()) continue;
    if (static_cast<std::uint64_t>(entry.offset() + entry.size()) > shard.bytes) {
      if (++shard.cut_tensors == 1) shard.first_cut = tensor;
    }
  }
  for (const auto& [number, shard] : shards) {
    const std::string file = shard_path(prefix_, number, shards_).string();
    if (!shard.missing.empty()) {
      problems.add({.file = file, .message = "cannot be read: " + shard.missing});
    } else if (shard.cut_tensors > 0) {
      const tensorflow::BundleEntryProto& entry = entries_.at(shard.first_cut);
      std::string others;
      if (shard.cut_tensors > 1) {
        others = fmt::format(" ({} more tensors are cut off too)", shard.cut_tensors - 1);
      }
      problems.add({.file = file,
                    .subject = quoted(shard.first_cut),
                    .message = fmt::format("ends at byte {}, but the file has only {} bytes: it "
                                           "is truncated{}",
                                           entry.offset() + entry.size(), shard.bytes, others)});
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

std::vector<std::string> Checkpoint::tensors() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

Result<Shape> Checkpoint::shape(const std::string& tensor) const {
  auto shape = to_shape(entries_.at(tensor).shape());
  if (!shape) return fail(about(tensor, shape.error()));
  return *shape;
}

Result<Tensor> Checkpoint::read(const std::string& tensor) const {
  const auto it = entries_.find(tensor);
  if (it == entries_.end()) return fail(about(tensor, "is not in the checkpoint"));
  const tensorflow::BundleEntryProto& entry = it->second;
  if (entry.slices_size() > 0) {
    return fail(about(tensor, fmt::format("is stored in {} slices (a partitioned variable); slimc "
                                          "reads whole tensors only",
                                          entry.slices_size())));
  }
  const std::int64_t element_size = floating_size(entry.dtype());
  if (element_size == 0) {
    return fail(about(tensor, "is of type " + name_of(entry.dtype()) + "; expected DT_FLOAT"));
  }
  SLIMC_ASSIGN(Shape dims, shape(tensor));
  if (entry.size() != dims.elements() * element_size) {
    return fail(about(tensor, fmt::format("has {} bytes; its shape {} of {} needs {}", entry.size(),
                                          dims.to_string(), name_of(entry.dtype()),
                                          dims.elements() * element_size)));
  }
  SLIMC_ASSIGN(const std::string bytes, read_bytes(tensor, entry));
  if (const std::uint32_t found = masked_crc32c(bytes); found != entry.crc32c()) {
    return fail({.file = shard_file(entry),
                 .subject = quoted(tensor),
                 .message = fmt::format("its checksum is {:08x}, and the index says {:08x}: the "
                                        "data is damaged",
                                        found, entry.crc32c())});
  }
  Tensor result{std::move(dims), to_floats(entry.dtype(), bytes)};
  if (const auto problem = find_non_finite(result)) {
    return fail({.file = shard_file(entry),
                 .subject = quoted(tensor),
                 .message = *problem + "; weights must be finite"});
  }
  return result;
}

Result<std::string> Checkpoint::read_bytes(const std::string& tensor,
                                           const tensorflow::BundleEntryProto& entry) const {
  std::string bytes(static_cast<std::size_t>(entry.size()), '\0');
  std::ifstream file(shard_file(entry), std::ios::binary);
  file.seekg(entry.offset());
  if (!file.read(bytes.data(), entry.size())) {
    return fail({.file = shard_file(entry),
                 .subject = quoted(tensor),
                 .message = fmt::format("its {} bytes at offset {} cannot be read", entry.size(),
                                        entry.offset())});
  }
  return bytes;
}

std::string Checkpoint::shard_file(const tensorflow::BundleEntryProto& entry) const {
  return shard_path(prefix_, entry.shard_id(), shards_).string();
}

Diagnostic Checkpoint::about(const std::string& tensor, std::string message) const {
  return {.file = index_.string(), .subject = quoted(tensor), .message = std::move(message)};
}

}  // namespace slimc::frontend
