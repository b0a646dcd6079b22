// The numbers of a file's tensors.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "frontend/onnx/external_data.h"
#include "frontend/onnx/model.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend::onnx {

// Shapes, axes, paddings.
struct IntegerTensor {
  Shape shape = {};
  std::vector<std::int64_t> data = {};
};

// More integers than any shape or list of axes has.
inline constexpr std::int64_t kMaxIntegers = 1024;

using FloatTensor = std::shared_ptr<const Tensor>;  // in the file's order
using Constant = std::variant<FloatTensor, IntegerTensor>;

bool is_float(int data_type);
bool is_integer(int data_type);

class TensorReader {
 public:
  TensorReader(const Model& model, Reporter& reporter)
      : model_(model), reporter_(reporter), external_(model.path()) {}

  // A tensor of floats or integers. Types that are wider or narrower than float32 are converted,
  // and that is said once each.
  Result<Constant> read(const schema::TensorProto& tensor, const std::string& name);

  // Bytes, as quantised weights have them, widened to 32 bits.
  Result<std::vector<std::int32_t>> read_bytes(const schema::TensorProto& tensor,
                                               const std::string& name);

  // Counts what constants take, so that a small file cannot take much memory.
  Result<void> account_for(const std::string& name, std::int64_t elements);

  // Once for each `line`.
  void say_once(const std::string& line);

 private:
  Failure fail(const std::string& name, std::string message) const;
  Result<Shape> shape_of(const schema::TensorProto& tensor, const std::string& name) const;
  // The bytes of raw or external data, checked against the number of elements. Null where the
  // elements are in a field of their type.
  Result<const std::string*> raw_bytes(const schema::TensorProto& tensor, const std::string& name,
                                       std::int64_t elements, std::size_t element_bytes);
  Result<Tensor> read_floats(const schema::TensorProto& tensor, const std::string& name,
                             Shape shape);
  Result<IntegerTensor> read_integers(const schema::TensorProto& tensor, const std::string& name,
                                      Shape shape);

  const Model& model_;
  Reporter& reporter_;
  ExternalData external_;
  std::string scratch_;
  std::size_t decoded_bytes_ = 0;
  std::set<std::string> said_;
};

}  // namespace slimc::frontend::onnx
