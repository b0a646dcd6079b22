// Tensors of a subgraph: what the file says of them, and the numbers of those that are constant.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/support/result.h"
#include "frontend/tflite/model.h"

namespace slimc::frontend::tflite {

class Tensors {
 public:
  Tensors(const Model& model, const schema::SubGraph& subgraph);

  int count() const { return static_cast<int>(names_.size()); }
  const schema::Tensor& at(int tensor) const;
  // Unique and never empty: the file's name, "tensor_5" where it gives none, and a number behind it
  // where it gives one twice.
  const std::string& name(int tensor) const { return names_[static_cast<std::size_t>(tensor)]; }
  // The tensor of a name, or -1.
  int find(const std::string& name) const;

  // Its dimensions as the file gives them: none is negative, and the elements are at most
  // kMaxElements.
  Result<Shape> shape(int tensor) const;

  // True where the tensor has a buffer of its own that is not empty.
  bool is_constant(int tensor) const;

  // The elements of a constant; of FLOAT32 or FLOAT16, all finite.
  Result<Tensor> floats(int tensor);
  // Of INT32 or INT64, at most 64 of them: axes, shapes, paddings.
  Result<std::vector<std::int64_t>> integers(int tensor) const;

  // Counts memory that constants are about to take. Tensors may share a buffer, so that few bytes
  // of a file can ask for many; a failure where it is too much for a file of this size.
  Result<void> account_for(int tensor, std::int64_t elements);

  Failure fail(int tensor, std::string message) const;

 private:
  Result<const flatbuffers::Vector<std::uint8_t>*> data(int tensor, std::int64_t elements,
                                                        std::size_t element_bytes) const;

  const Model& model_;
  const schema::SubGraph& subgraph_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, int> numbers_;  // by name
  std::size_t decoded_bytes_ = 0;
};

bool is_quantised(schema::TensorType type);

}  // namespace slimc::frontend::tflite
