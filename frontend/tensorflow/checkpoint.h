// Reads V2 checkpoints: PREFIX.index, a LevelDB table that says where every tensor lies, and its
// shards PREFIX.data-0000i-of-0000n.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/support/result.h"
#include "frontend/tensorflow/proto/checkpoint.pb.h"

namespace slimc::frontend {

// "net.ckpt", 1, 3 -> "net.ckpt.data-00001-of-00003"
std::filesystem::path shard_path(const std::filesystem::path& prefix, int shard, int shards);
std::filesystem::path index_path(const std::filesystem::path& prefix);

class Checkpoint {
 public:
  // Reads and checks the index, and that every shard is as long as the index says.
  static Result<Checkpoint> open(const std::filesystem::path& prefix);

  bool contains(const std::string& tensor) const { return entries_.count(tensor) != 0; }
  std::vector<std::string> tensors() const;

  // The tensor as float32. Failures: not there, partitioned, not a floating-point type, a size
  // that does not fit the shape, a wrong checksum, NaN or infinity.
  Result<Tensor> read(const std::string& tensor) const;

  // The shape of a tensor that is there.
  Result<Shape> shape(const std::string& tensor) const;

  const std::filesystem::path& index() const { return index_; }

 private:
  Checkpoint() = default;

  Result<void> read_index(const std::string& bytes);
  Result<void> check_header(const std::string& bytes);
  Result<void> check_shards() const;
  Result<std::string> read_bytes(const std::string& tensor,
                                 const tensorflow::BundleEntryProto& entry) const;
  std::string shard_file(const tensorflow::BundleEntryProto& entry) const;
  // A diagnostic about what the index says of a tensor.
  Diagnostic about(const std::string& tensor, std::string message) const;

  std::filesystem::path prefix_;
  std::filesystem::path index_;
  int shards_ = 0;
  std::map<std::string, tensorflow::BundleEntryProto> entries_;
};

}  // namespace slimc::frontend
