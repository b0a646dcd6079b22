// What the readers of V1 and V2 checkpoints have in common.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "frontend/tensorflow/proto/tensor.pb.h"
#include "support/result.h"

namespace slimc::frontend {

// What a checkpoint says of a tensor before its elements are looked at. Nothing of it is checked.
struct StoredTensor {
  std::string key;
  tensorflow::DataType type = tensorflow::DT_INVALID;
  tensorflow::TensorShapeProto shape;
  std::vector<tensorflow::TensorSliceProto> slices;  // empty: stored whole
};

class CheckpointFormat {
 public:
  virtual ~CheckpointFormat() = default;

  // The file that lists the tensors, for diagnostics.
  virtual const std::filesystem::path& index() const = 0;

  // By key.
  virtual const std::map<std::string, StoredTensor>& tensors() const = 0;

  // The `elements` elements of a slice (0 of a tensor that is stored whole) as float32, which may
  // be not finite. The tensor's type has a floating_size().
  virtual Result<std::vector<float>> read(const StoredTensor& tensor, std::size_t slice,
                                          std::int64_t elements) const = 0;

  // The file that holds the slice, for diagnostics.
  virtual std::filesystem::path file_of(const StoredTensor& tensor, std::size_t slice) const = 0;

  // The text of a DT_STRING without dimensions.
  virtual Result<std::string> read_text(const StoredTensor& tensor) const = 0;

  // A diagnostic about what index() says of a tensor.
  Diagnostic about(const StoredTensor& tensor, std::string message) const {
    return {.file = index().string(),
            .subject = "tensor '" + tensor.key + "'",
            .message = std::move(message)};
  }
};

}  // namespace slimc::frontend
