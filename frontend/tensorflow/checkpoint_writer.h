// Writes V2 checkpoints, as tf.train.Saver does.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "frontend/tensorflow/table.h"
#include "ir/graph.h"

namespace slimc::frontend {

// The bytes of a checkpoint's files.
struct CheckpointBytes {
  std::string index;
  std::vector<std::string> shards;
};

struct CheckpointOptions {
  int shards = 1;  // tensors are dealt out to them in turn
  TableCompression compression = TableCompression::None;
};

// Tensors by name.
CheckpointBytes write_checkpoint(
    const std::map<std::string, std::shared_ptr<const Tensor>>& tensors,
    const CheckpointOptions& options = {});

}  // namespace slimc::frontend
