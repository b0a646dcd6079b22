#include "frontend/tflite/tensor_data.h"

#include <flatbuffers/base.h>
#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <utility>

#include "compiler/support/half.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend::tflite {
namespace {

using schema::TensorType;

constexpr int kMaxRank = 8;
constexpr std::int64_t kMaxIntegers = 64;

// The constants of a real model take hardly more than the file, twice as much where they are
// FLOAT16, and once more where they are laid out anew.
constexpr std::size_t kMaxExpansion = 8;

// Files are little-endian; their data may lie at any address.
template <typename T>
T element(const std::uint8_t* data, std::size_t index) {
  T value;
  std::memcpy(&value, data + index * sizeof(T), sizeof value);
  return flatbuffers::EndianScalar(value);
}

}  // namespace

bool is_quantised(TensorType type) {
  return type == TensorType::UINT8 || type == TensorType::INT8 || type == TensorType::INT16 ||
         type == TensorType::UINT16 || type == TensorType::INT4;
}

Tensors::Tensors(const Model& model, const schema::SubGraph& subgraph)
    : model_(model), subgraph_(subgraph) {
  const std::size_t count = size_of(subgraph.tensors());
  for (std::size_t i = 0; i < count; ++i) {
    std::string name = printable(subgraph.tensors()->Get(static_cast<std::uint32_t>(i))->name());
    if (name.empty()) name = fmt::format("tensor_{}", i);
    if (numbers_.count(name) != 0) name += fmt::format("_{}", i);
    while (!numbers_.emplace(name, static_cast<int>(i)).second) name += '_';
    names_.push_back(std::move(name));
  }
}

const schema::Tensor& Tensors::at(int tensor) const {
  return *subgraph_.tensors()->Get(static_cast<std::uint32_t>(tensor));
}

int Tensors::find(const std::string& name) const {
  const auto it = numbers_.find(name);
  return it == numbers_.end() ? -1 : it->second;
}

Failure Tensors::fail(int tensor, std::string message) const {
  return slimc::fail({.file = model_.file(),
                      .subject = "tensor '" + name(tensor) + "'",
                      .message = std::move(message)});
}

Result<Shape> Tensors::shape(int tensor) const {
  const auto* stored = at(tensor).shape();
  if (size_of(stored) > kMaxRank) {
    return fail(tensor,
                fmt::format("has {} dimensions; slimc takes up to {}", stored->size(), kMaxRank));
  }
  std::vector<std::int64_t> dims;
  if (stored != nullptr) dims.assign(stored->begin(), stored->end());
  Shape result(std::move(dims));
  for (const std::int64_t dim : result.dims()) {
    if (dim >= 0) continue;
    return fail(tensor, fmt::format("has the shape {}", result.to_string()));
  }
  if (result.elements() > kMaxElements) {
    return fail(tensor,
                fmt::format("has the shape {}, which is more than the {} elements that slimc takes",
                            result.to_string(), kMaxElements));
  }
  return result;
}

bool Tensors::is_constant(int tensor) const {
  const std::uint32_t buffer = at(tensor).buffer();
  if (buffer == 0) return false;
  // A number that is no buffer's is a constant's too, so that data() speaks of it.
  if (buffer >= size_of(model_.root().buffers())) return true;
  const schema::Buffer& stored = *model_.root().buffers()->Get(buffer);
  return size_of(stored.data()) > 0 || stored.offset() > 1;
}

Result<const flatbuffers::Vector<std::uint8_t>*> Tensors::data(int tensor, std::int64_t elements,
                                                               std::size_t element_bytes) const {
  const std::uint32_t buffer = at(tensor).buffer();
  const std::size_t count = size_of(model_.root().buffers());
  if (buffer >= count) {
    return fail(tensor, fmt::format("is in buffer {}; the file has {}", buffer, count));
  }
  if (at(tensor).sparsity() != nullptr) return fail(tensor, "is sparse, which slimc does not read");
  const schema::Buffer& stored = *model_.root().buffers()->Get(buffer);
  if (stored.offset() > 1) {
    return fail(tensor, "is stored outside of the FlatBuffer, which slimc does not read");
  }
  const std::size_t needed = static_cast<std::size_t>(elements) * element_bytes;
  if (size_of(stored.data()) != needed) {
    return fail(tensor, fmt::format("has {} bytes in buffer {}, expected {} for {} elements",
                                    size_of(stored.data()), buffer, needed, elements));
  }
  return stored.data();
}

Result<void> Tensors::account_for(int tensor, std::int64_t elements) {
  decoded_bytes_ += static_cast<std::size_t>(elements) * sizeof(float);
  if (decoded_bytes_ <= kMaxExpansion * model_.bytes()) return {};
  return fail(tensor, fmt::format("with it the constants take more than {} times the {} bytes of "
                                  "the file: too many share a buffer",
                                  kMaxExpansion, model_.bytes()));
}

Result<Tensor> Tensors::floats(int tensor) {
  const TensorType type = at(tensor).type();
  if (type != TensorType::FLOAT32 && type != TensorType::FLOAT16) {
    return fail(tensor, fmt::format("is {}; expected FLOAT32", name_of(type)));
  }
  SLIMC_ASSIGN(Shape dims, shape(tensor));
  const std::int64_t elements = dims.elements();
  if (elements == 0) return fail(tensor, "has no elements: its shape is " + dims.to_string());
  const bool is_half = type == TensorType::FLOAT16;
  SLIMC_ASSIGN(const auto* bytes,
               data(tensor, elements, is_half ? sizeof(std::uint16_t) : sizeof(float)));
  SLIMC_TRY(account_for(tensor, elements));
  Tensor result{std::move(dims), std::vector<float>(static_cast<std::size_t>(elements))};
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    result.data[i] = is_half ? half_to_float(element<std::uint16_t>(bytes->data(), i))
                             : element<float>(bytes->data(), i);
  }
  if (const auto problem = find_non_finite(result)) {
    return fail(tensor, *problem + "; weights must be finite");
  }
  return result;
}

Result<std::vector<std::int64_t>> Tensors::integers(int tensor) const {
  const TensorType type = at(tensor).type();
  if (type != TensorType::INT32 && type != TensorType::INT64) {
    return fail(tensor, fmt::format("is {}; expected INT32 or INT64", name_of(type)));
  }
  SLIMC_ASSIGN(const Shape dims, shape(tensor));
  const std::int64_t elements = dims.elements();
  if (elements > kMaxIntegers) {
    return fail(tensor,
                fmt::format("has {} integers; expected at most {}", elements, kMaxIntegers));
  }
  const bool is_wide = type == TensorType::INT64;
  std::vector<std::int64_t> result;
  if (elements == 0) return result;
  SLIMC_ASSIGN(const auto* bytes,
               data(tensor, elements, is_wide ? sizeof(std::int64_t) : sizeof(std::int32_t)));
  for (std::size_t i = 0; i < static_cast<std::size_t>(elements); ++i) {
    result.push_back(is_wide ? element<std::int64_t>(bytes->data(), i)
                             : element<std::int32_t>(bytes->data(), i));
  }
  return result;
}

}  // namespace slimc::frontend::tflite
