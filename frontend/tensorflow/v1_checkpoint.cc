#include "frontend/tensorflow/v1_checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "frontend/integrity.h"
#include "frontend/tensorflow/data_type.h"
#include "frontend/tensorflow/proto/v1_checkpoint.pb.h"
#include "frontend/tensorflow/table.h"
#include "frontend/tensorflow/tensor_slice.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;

// All tensors of a file together; the largest network of the family with two optimiser slots and
// averages has 70 MB.
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 31;

// The number in a shard's name has five digits, but a thousand files is more than anyone has.
constexpr int kMaxShards = 1000;

// The reader's version in the sense of VersionDef (TF_CHECKPOINT_VERSION of TensorFlow's
// core/public/version.h).
constexpr int kCheckpointVersion = 1;

bool is_table_file(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;
  std::ifstream file(path, std::ios::binary);
  std::string end(8, '\0');
  file.seekg(-std::streamoff{8}, std::ios::end);
  return file.read(end.data(), 8) && ends_like_a_table(end);
}

fs::path v1_shard_path(const fs::path& prefix, int shard, int shards) {
  return fs::path(prefix).concat(fmt::format("-{:05}-of-{:05}", shard, shards));
}

// How many shards the first one's name promises; 0 if there is none.
int count_shards(const fs::path& prefix) {
  for (int shards = 1; shards <= kMaxShards; ++shards) {
    std::error_code error;
    if (fs::is_regular_file(v1_shard_path(prefix, 0, shards), error)) return shards;
  }
  return 0;
}

template <typename List>
std::vector<float> floats(const List& list) {
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(list.size()));
  for (const auto value : list) values.push_back(static_cast<float>(value));
  return values;
}

// The lists of the halves hold bits.
std::vector<float> floats_of_halves(tensorflow::DataType type,
                                    const google::protobuf::RepeatedField<std::int32_t>& bits) {
  std::string bytes;
  for (const std::int32_t half : bits) {
    bytes += static_cast<char>(half);
    bytes += static_cast<char>(half >> 8);
  }
  return to_floats(type, bytes);
}

}  // namespace

bool V1Checkpoint::is_at(const fs::path& prefix) {
  return is_table_file(prefix) || count_shards(prefix) > 0;
}

Result<std::shared_ptr<const CheckpointFormat>> V1Checkpoint::open(const fs::path& prefix) {
  const auto checkpoint = std::make_shared<V1Checkpoint>();
  checkpoint->index_ = prefix;
  checkpoint->files_ = {prefix};
  if (!is_table_file(prefix)) {
    const int shards = count_shards(prefix);
    checkpoint->index_ = fs::path(prefix).concat(fmt::format("-*-of-{:05}", shards));
    checkpoint->files_.clear();
    for (int i = 0; i < shards; ++i) {
      checkpoint->files_.push_back(v1_shard_path(prefix, i, shards));
    }
  }
  Diagnostics problems;
  for (std::size_t i = 0; i < checkpoint->files_.size(); ++i) {
    auto bytes = read_model_file(checkpoint->files_[i], kMaxFileBytes, NamedBy::Model);
    if (!bytes) {
      problems.add(std::move(bytes).error());
    } else if (auto read = checkpoint->add_file(i, *bytes); !read) {
      problems.add(std::move(read).error());
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  SLIMC_TRY(checkpoint->check_records());
  return checkpoint;
}

Result<std::shared_ptr<const CheckpointFormat>> V1Checkpoint::parse(std::string_view bytes,
                                                                    const fs::path& file) {
  const auto checkpoint = std::make_shared<V1Checkpoint>();
  checkpoint->index_ = file;
  checkpoint->files_ = {file};
  SLIMC_TRY(checkpoint->add_file(0, bytes));
  SLIMC_TRY(checkpoint->check_records());
  return checkpoint;
}

Result<void> V1Checkpoint::add_file(std::size_t number, std::string_view bytes) {
  const fs::path& file = files_[number];
  auto table = read_table(bytes);
  if (!table) {
    return fail({.file = file.string(),
                 .message = "is not a complete V1 checkpoint (a LevelDB table): " + table.error()});
  }
  const auto meta = table->find("");
  if (meta == table->end()) {
    return fail({.file = file.string(), .message = "has no list of its tensors (the empty key)"});
  }
  SLIMC_TRY(read_meta(file, meta->second));
  table->erase(meta);
  for (auto& [key, value] : *table) records_.emplace(key, Record{std::move(value), number});
  return {};
}

// Each shard lists the slices that it holds.
Result<void> V1Checkpoint::read_meta(const fs::path& file, const std::string& bytes) {
  tensorflow::SavedTensorSlices slices;
  if (!slices.ParseFromString(bytes)) {
    return fail({.file = file.string(), .message = "the list of its tensors is damaged"});
  }
  // What lies under the empty key of a V2 checkpoint's index parses too, and has none.
  if (!slices.has_meta()) {
    return fail({.file = file.string(),
                 .message = "is a LevelDB table, but no V1 checkpoint: it has no list of tensors"});
  }
  const tensorflow::SavedTensorSliceMeta& meta = slices.meta();
  if (meta.versions().min_consumer() > kCheckpointVersion) {
    return fail({.file = file.string(),
                 .message = fmt::format("needs a reader of checkpoint version {}; slimc's is {}",
                                        meta.versions().min_consumer(), kCheckpointVersion)});
  }
  Diagnostics problems;
  for (const tensorflow::SavedSliceMeta& listed : meta.tensor()) {
    StoredTensor stored{
        .key = listed.name(), .type = listed.type(), .shape = listed.shape(), .slices = {}};
    auto [it, is_new] = tensors_.emplace(listed.name(), stored);
    StoredTensor& tensor = it->second;
    if (!is_new && (tensor.type != stored.type ||
                    tensor.shape.SerializeAsString() != stored.shape.SerializeAsString())) {
      problems.add({.file = file.string(),
                    .subject = "tensor '" + tensor.key + "'",
                    .message = "has another type or shape here than in another shard"});
      continue;
    }
    tensor.slices.insert(tensor.slices.end(), listed.slice().begin(), listed.slice().end());
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

// A list that promises more than there is belongs to another file, or to a cut one.
Result<void> V1Checkpoint::check_records() const {
  Diagnostics problems;
  for (const auto& [key, tensor] : tensors_) {
    if (tensor.slices.empty()) problems.add(about(tensor, "is listed without a slice"));
    for (std::size_t i = 0; i < tensor.slices.size(); ++i) {
      if (find(tensor, i) != nullptr) continue;
      problems.add(about(tensor, fmt::format("its slice {} is listed, but not stored",
                                             to_string(tensor.slices[i]))));
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

const V1Checkpoint::Record* V1Checkpoint::find(const StoredTensor& tensor,
                                               std::size_t slice) const {
  const auto it = records_.find(slice_key(tensor.key, tensor.slices[slice]));
  return it == records_.end() ? nullptr : &it->second;
}

fs::path V1Checkpoint::file_of(const StoredTensor& tensor, std::size_t slice) const {
  return files_[find(tensor, slice)->file];
}

Result<std::vector<float>> V1Checkpoint::read(const StoredTensor& tensor, std::size_t slice,
                                              std::int64_t elements) const {
  const auto refuse = [&](std::string message) {
    return fail(
        {.file = file_of(tensor, slice).string(),
         .subject = "tensor '" + tensor.key + "'",
         .message = fmt::format("its slice {} {}", to_string(tensor.slices[slice]), message)});
  };
  tensorflow::SavedTensorSlices saved;
  if (!saved.ParseFromString(find(tensor, slice)->bytes) || !saved.has_data()) {
    return refuse("is damaged");
  }
  if (saved.data().name() != tensor.key ||
      slice_key(tensor.key, saved.data().slice()) != slice_key(tensor.key, tensor.slices[slice])) {
    return refuse(
        fmt::format("holds '{}' {}", saved.data().name(), to_string(saved.data().slice())));
  }
  const tensorflow::TensorProto& data = saved.data().data();
  std::vector<float> values;
  switch (tensor.type) {
    case tensorflow::DT_FLOAT:
      values = floats(data.float_val());
      break;
    case tensorflow::DT_DOUBLE:
      values = floats(data.double_val());
      break;
    default:
      values = floats_of_halves(tensor.type, data.half_val());
  }
  if (std::ssize(values) != elements) {
    return refuse(fmt::format("has {} elements of {}; expected {}", values.size(),
                              name_of(tensor.type), elements));
  }
  return values;
}

// TensorFlow 2 never wrote V1 checkpoints.
Result<std::string> V1Checkpoint::read_text(const StoredTensor& tensor) const {
  return fail(about(tensor, "is a text, which slimc reads from V2 checkpoints only"));
}

}  // namespace slimc::frontend
