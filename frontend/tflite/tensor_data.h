// Tensors of a subgraph: what the file says of them, and the numbers of those that are constant.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/integer_tensor.h"
#include "frontend/tflite/model.h"
#include "ir/graph.h"
#include "support/result.h"

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

  // The elements of a constant, all finite: of FLOAT32, FLOAT16, or of integers of 4, 8 or 16 bits
  // that stand for numbers. `by_hybrid_kernel`: read by one that multiplies 8-bit weights.
  Result<Tensor> floats(int tensor, bool by_hybrid_kernel = false);
  // Of INT32 or INT64, at most 64 of them: axes, shapes, paddings.
  Result<IntegerTensor> integers(int tensor) const;

  // The constants that floats() made of integers.
  const std::set<int>& dequantised() const { return dequantised_; }
  // Those of them that an op other than DEQUANTIZE reads.
  const std::set<int>& hybrid() const { return hybrid_; }

  // Counts memory that constants are about to take. Tensors may share a buffer, so that few bytes
  // of a file can ask for many; a failure where it is too much for a file of this size.
  Result<void> account_for(int tensor, std::int64_t elements);

  Failure fail(int tensor, std::string message) const;

 private:
  Result<std::span<const std::uint8_t>> data(int tensor, std::int64_t elements,
                                             std::size_t element_bits) const;
  Result<Tensor> dequantise(int tensor, Shape dims, bool by_hybrid_kernel);

  const Model& model_;
  const schema::SubGraph& subgraph_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, int> numbers_;  // by name
  std::size_t decoded_bytes_ = 0;
  std::set<int> dequantised_, hybrid_;
};

// Types whose numbers stand for others by a scale and a zero point.
bool is_quantised(schema::TensorType type);

bool is_integer(schema::TensorType type);  // INT32 or INT64

// How the numbers q of a tensor stand for scale * (q - zero_point).
struct Quantisation {
  std::vector<double> scales;
  std::vector<std::int64_t> zero_points;  // one for each scale
  int dimension = 0;                      // whose slices they are, where there are several
};

// That of a tensor with one scale or one for each slice of a dimension; the error lacks the tensor.
tl::expected<Quantisation, std::string> quantisation_of(const schema::Tensor& tensor,
                                                        const Shape& dims);

bool has_scales(const schema::Tensor& tensor);

}  // namespace slimc::frontend::tflite
