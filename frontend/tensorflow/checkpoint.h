// The weights of a model in any form in which TensorFlow's savers store them: V1 files, V2 bundles,
// and the bundles of TensorFlow 2, whose keys are paths through its objects.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/tensorflow/checkpoint_format.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend {

// "net.ckpt", 1, 3 -> "net.ckpt.data-00001-of-00003"
std::filesystem::path shard_path(const std::filesystem::path& prefix, int shard, int shards);
std::filesystem::path index_path(const std::filesystem::path& prefix);

// Whether there is a checkpoint of either form under this prefix; looks at names and, of a file
// that could be a V1 checkpoint, at the last bytes.
bool is_checkpoint(const std::filesystem::path& prefix);

class Checkpoint {
 public:
  // Reads and checks what the files say of themselves, and that they have the lengths they should.
  static Result<Checkpoint> open(const std::filesystem::path& prefix);

  // A V1 checkpoint of a single file, from memory; `file` is for the diagnostics.
  static Result<Checkpoint> parse_v1(std::string_view bytes, const std::filesystem::path& file);

  // A tensor goes by the key that it is stored under. In a checkpoint of TensorFlow 2 it also goes
  // by its variable's own name ("conv1/kernel" for
  // "layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE").
  bool contains(const std::string& tensor) const { return find(tensor) != nullptr; }

  // Stored keys and variables' names.
  std::vector<std::string> tensors() const;

  // The tensor as float32, put together where it is stored in slices. Failures: not there, not a
  // floating-point type, slices that do not fill it, a size that does not fit the shape, a wrong
  // checksum, NaN or infinity.
  Result<Tensor> read(const std::string& tensor) const;

  // The shape of a tensor that is there.
  Result<Shape> shape(const std::string& tensor) const;

  // The file that says which tensors there are.
  const std::filesystem::path& index() const { return files_->index(); }

 private:
  Checkpoint() = default;

  Result<void> read_object_graph();
  Result<std::vector<float>> read_slices(const StoredTensor& stored, const Shape& shape) const;
  const StoredTensor* find(const std::string& tensor) const;

  std::shared_ptr<const CheckpointFormat> files_;
  std::map<std::string, std::string> keys_;  // variable -> key; no names that are keys themselves
};

}  // namespace slimc::frontend
