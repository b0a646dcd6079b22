// V1 checkpoints, which tf.train.Saver wrote before TensorFlow 1.0 and on request after: one
// LevelDB table, PREFIX itself, or several, PREFIX-0000i-of-0000n, that hold tensors and all.
#pragma once

#include <memory>
#include <string_view>

#include "frontend/tensorflow/checkpoint_format.h"

namespace slimc::frontend {

class V1Checkpoint final : public CheckpointFormat {
 public:
  // Whether PREFIX ends as a table does, or there is a first shard of that name.
  static bool is_at(const std::filesystem::path& prefix);

  static Result<std::shared_ptr<const CheckpointFormat>> open(const std::filesystem::path& prefix);

  // One of a single file, from memory; `file` is for the diagnostics.
  static Result<std::shared_ptr<const CheckpointFormat>> parse(std::string_view bytes,
                                                               const std::filesystem::path& file);

  const std::filesystem::path& index() const override { return index_; }
  const std::map<std::string, StoredTensor>& tensors() const override { return tensors_; }
  Result<std::vector<float>> read(const StoredTensor& tensor, std::size_t slice,
                                  std::int64_t elements) const override;
  std::filesystem::path file_of(const StoredTensor& tensor, std::size_t slice) const override;
  Result<std::string> read_text(const StoredTensor& tensor) const override;

 private:
  // A serialised SavedTensorSlices, and where it was found.
  struct Record {
    std::string bytes;
    std::size_t file = 0;
  };

  // Adds what lies in files_[number].
  Result<void> add_file(std::size_t number, std::string_view bytes);
  Result<void> read_meta(const std::filesystem::path& file, const std::string& bytes);
  Result<void> check_records() const;
  const Record* find(const StoredTensor& tensor, std::size_t slice) const;

  std::filesystem::path index_;  // the file, or "net.ckpt-*-of-00002"
  std::vector<std::filesystem::path> files_;
  std::map<std::string, StoredTensor> tensors_;
  std::map<std::string, Record> records_;  // by slice_key()
};

}  // namespace slimc::frontend
