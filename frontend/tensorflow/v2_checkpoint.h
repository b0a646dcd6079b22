// V2 checkpoints: PREFIX.index, a LevelDB table that says where every tensor lies, and its shards
// PREFIX.data-0000i-of-0000n.
#pragma once

#include <cstdint>
#include <memory>

#include "frontend/tensorflow/checkpoint_format.h"
#include "frontend/tensorflow/proto/checkpoint.pb.h"

namespace slimc::frontend {

class V2Checkpoint final : public CheckpointFormat {
 public:
  static bool is_at(const std::filesystem::path& prefix);

  // Reads and checks the index, and that every shard is as long as the index says.
  static Result<std::shared_ptr<const CheckpointFormat>> open(const std::filesystem::path& prefix);

  const std::filesystem::path& index() const override { return index_; }
  const std::map<std::string, StoredTensor>& tensors() const override { return tensors_; }
  Result<std::vector<float>> read(const StoredTensor& tensor, std::size_t slice,
                                  std::int64_t elements) const override;
  std::filesystem::path file_of(const StoredTensor& tensor, std::size_t slice) const override;
  Result<std::string> read_text(const StoredTensor& tensor) const override;

 private:
  using Entry = tensorflow::BundleEntryProto;

  Result<void> read_index(const std::string& bytes);
  Result<void> check_header(const std::string& bytes);
  Result<void> check_slices() const;
  Result<void> check_shards() const;

  // The entry of a slice, and of slice 0 of a tensor that is stored whole: the tensor's own.
  const Entry& entry_of(const StoredTensor& tensor, std::size_t slice) const;
  Result<std::string> read_bytes(const StoredTensor& tensor, const Entry& entry) const;
  Result<void> check_crc(const StoredTensor& tensor, const Entry& entry, std::uint32_t crc) const;
  std::string shard_file(const Entry& entry) const;

  std::filesystem::path prefix_;
  std::filesystem::path index_;
  int shards_ = 0;
  std::map<std::string, Entry> entries_;  // by key: those of whole tensors and of slices
  std::map<std::string, StoredTensor> tensors_;
};

}  // namespace slimc::frontend
