// A TFLite file whose FlatBuffer has been verified: every offset and length in it stays within the
// bytes. What the numbers mean (tensors, buffers, ops by index) is checked where they are used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/tflite/schema_generated.h"
#include "support/result.h"

namespace slimc::frontend::tflite {

class Model {
 public:
  // `bytes` must outlive the model.
  static Result<Model> open(std::string_view bytes, std::string file);

  const schema::Model& root() const { return *root_; }
  const std::string& file() const { return file_; }
  std::size_t bytes() const { return size_; }
  // The file, of bytes() bytes.
  const std::uint8_t* data() const { return data_; }

  Failure fail(std::string message) const;

 private:
  Model() = default;

  std::string file_;
  std::size_t size_ = 0;
  const std::uint8_t* data_ = nullptr;
  std::vector<std::uint64_t> aligned_;  // a copy of bytes that do not lie at a multiple of 8
  const schema::Model* root_ = nullptr;
};

// Elements of a vector that may not be there.
template <typename T>
std::size_t size_of(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}

// Texts from the file as diagnostics show them and as ops are named: printable and not endless.
std::string printable(const flatbuffers::String* text);

std::string name_of(schema::TensorType type);
std::string name_of(schema::BuiltinOperator op);

}  // namespace slimc::frontend::tflite
