#include "frontend/tflite/tensor_data.h"

#include <flatbuffers/base.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "frontend/tensor_checks.h"
#include "support/half.h"

namespace slimc::frontend::tflite {
namespace {

using schema::TensorType;

constexpr int kMaxRank = 8;
constexpr std::int64_t kMaxStored = 64;

// The constants of a real model take hardly more than the file, eight times as much where they are
// INT4, and once more where they are laid out anew.
constexpr std::size_t kMaxExpansion = 16;

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
         type == TensorType::UINT16 || type == TensorType::INT4 || type == TensorType::INT2 ||
         type == TensorType::UINT4;
}

bool is_integer(TensorType type) { return type == TensorType::INT32 || type == TensorType::INT64; }

bool has_scales(const schema::Tensor& tensor) {
  return tensor.quantization() != nullptr && size_of(tensor.quantization()->scale()) > 0;
}

tl::expected<Quantisation, std::string> quantisation_of(const schema::Tensor& tensor,
                                                        const Shape& dims) {
  const auto refuse = [&](std::string message) {
    return tl::unexpected("is " + name_of(tensor.type()) + " " + std::move(message));
  };
  if (!has_scales(tensor)) return refuse("without a scale");
  const schema::QuantizationParameters& stored = *tensor.quantization();
  if (stored.details_type() != schema::QuantizationDetails::NONE) {
    return refuse("with a quantisation of its own, which slimc does not read");
  }
  Quantisation result;
  const std::size_t count = size_of(stored.scale());
  result.dimension = stored.quantized_dimension();
  if (count > 1) {
    const bool is_dimension = result.dimension >= 0 && result.dimension < dims.rank();
    if (!is_dimension || dims[result.dimension] != static_cast<std::int64_t>(count)) {
      return refuse(fmt::format("with {} scales for dimension {} of {}", count, result.dimension,
                                dims.to_string()));
    }
  }
  const std::size_t zero_points = size_of(stored.zero_point());
  if (zero_points > 1 && zero_points != count) {
    return refuse(fmt::format("with {} scales and {} zero points", count, zero_points));
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const float scale = stored.scale()->Get(i);
    if (!std::isfinite(scale) || scale < 0) return refuse(fmt::format("with the scale {}", scale));
    // The verifier sees to multiples of 4, not of 8.
    const std::int64_t zero = zero_points == 0 ? 0
                                               : element<std::int64_t>(stored.zero_point()->Data(),
                                                                       zero_points == 1 ? 0 : i);
    if (zero < -(1 << 16) || zero > 1 << 16) {
      return refuse(fmt::format("with the zero point {}", zero));
    }
    result.scales.push_back(scale);
    result.zero_points.push_back(zero);
  }
  return result;
}

namespace {

std::size_t bits_of(TensorType type) {
  switch (type) {
    case TensorType::INT4:
      return 4;
    case TensorType::INT8:
    case TensorType::UINT8:
      return 8;
    case TensorType::INT16:
      return 16;
    default:
      return 0;
  }
}

// Two of 4 bits share a byte, the first in its lower half.
std::int64_t stored_integer(TensorType type, const std::uint8_t* data, std::size_t index) {
  switch (type) {
    case TensorType::INT4: {
      const int half = index % 2 == 0 ? data[index / 2] & 15 : data[index / 2] >> 4;
      return half < 8 ? half : half - 16;
    }
    case TensorType::UINT8:
      return data[index];
    case TensorType::INT16:
      return element<std::int16_t>(data, index);
    default:
      return static_cast<std::int8_t>(data[index]);
  }
}

}  // namespace

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

Result<std::span<const std::uint8_t>> Tensors::data(int tensor, std::int64_t elements,
                                                    std::size_t element_bits) const {
  const std::uint32_t buffer = at(tensor).buffer();
  const std::size_t count = size_of(model_.root().buffers());
  if (buffer >= count) {
    return fail(tensor, fmt::format("is in buffer {}; the file has {}", buffer, count));
  }
  if (at(tensor).sparsity() != nullptr) {
    return fail(tensor,
                "is stored sparsely (pruned weights), which slimc does not read; convert the model "
                "without tf.lite.Optimize.EXPERIMENTAL_SPARSITY");
  }
  const schema::Buffer& stored = *model_.root().buffers()->Get(buffer);
  std::span<const std::uint8_t> bytes;
  // Files of more than 2 GB have their buffers behind the FlatBuffer; 1 is for those being written.
  if (stored.offset() > 1) {
    if (stored.offset() > model_.bytes() || stored.size() > model_.bytes() - stored.offset()) {
      return fail(tensor, fmt::format("is {} bytes at byte {} of a file of {}", stored.size(),
                                      stored.offset(), model_.bytes()));
    }
    bytes = {model_.data() + stored.offset(), static_cast<std::size_t>(stored.size())};
  } else if (stored.data() != nullptr) {
    bytes = {stored.data()->data(), stored.data()->size()};
  }
  const std::size_t needed = (static_cast<std::size_t>(elements) * element_bits + 7) / 8;
  if (bytes.size() != needed) {
    return fail(tensor, fmt::format("has {} bytes in buffer {}, expected {} for {} elements",
                                    bytes.size(), buffer, needed, elements));
  }
  return bytes;
}

Result<void> Tensors::account_for(int tensor, std::int64_t elements) {
  decoded_bytes_ += static_cast<std::size_t>(elements) * sizeof(float);
  if (decoded_bytes_ <= kMaxExpansion * model_.bytes()) return {};
  return fail(tensor, fmt::format("with it the constants take more than {} times the {} bytes of "
                                  "the file: too many share a buffer",
                                  kMaxExpansion, model_.bytes()));
}

Result<Tensor> Tensors::dequantise(int tensor, Shape dims, bool by_hybrid_kernel) {
  const TensorType type = at(tensor).type();
  const auto quantisation = quantisation_of(at(tensor), dims);
  if (!quantisation) return fail(tensor, quantisation.error());
  // The first dynamic-range converter called its INT8 weights UINT8, and kernels still read them
  // so; unsigned weights that are none below zero are not met otherwise.
  const bool is_signed =
      type == TensorType::UINT8 && by_hybrid_kernel &&
      std::all_of(quantisation->zero_points.begin(), quantisation->zero_points.end(),
                  [](std::int64_t zero) { return zero == 0; });
  SLIMC_ASSIGN(const auto bytes, data(tensor, dims.elements(), bits_of(type)));
  SLIMC_TRY(account_for(tensor, dims.elements()));
  std::int64_t inner = 1;
  for (int d = quantisation->dimension + 1; d < dims.rank(); ++d) inner *= dims[d];
  const std::size_t count = quantisation->scales.size();
  Tensor result{std::move(dims), {}};
  const auto elements = static_cast<std::size_t>(result.shape.elements());
  result.data.resize(elements);
  for (std::size_t i = 0; i < elements; ++i) {
    const std::size_t slice = i / static_cast<std::size_t>(inner) % count;
    const std::int64_t q = stored_integer(is_signed ? TensorType::INT8 : type, bytes.data(), i);
    result.data[i] = static_cast<float>(quantisation->scales[slice] *
                                        static_cast<double>(q - quantisation->zero_points[slice]));
  }
  if (const auto problem = find_non_finite(result)) {
    return fail(tensor, *problem + "; weights must be finite");
  }
  dequantised_.insert(tensor);
  if (by_hybrid_kernel) hybrid_.insert(tensor);
  return result;
}

Result<Tensor> Tensors::floats(int tensor, bool by_hybrid_kernel) {
  const TensorType type = at(tensor).type();
  const bool is_half = type == TensorType::FLOAT16;
  if (type != TensorType::FLOAT32 && !is_half && bits_of(type) == 0) {
    return fail(tensor, fmt::format("is {}; expected FLOAT32", name_of(type)));
  }
  SLIMC_ASSIGN(Shape dims, shape(tensor));
  const std::int64_t elements = dims.elements();
  if (elements == 0) return fail(tensor, "has no elements: its shape is " + dims.to_string());
  if (bits_of(type) != 0) return dequantise(tensor, std::move(dims), by_hybrid_kernel);
  SLIMC_ASSIGN(const auto bytes, data(tensor, elements, is_half ? 16 : 32));
  SLIMC_TRY(account_for(tensor, elements));
  Tensor result{std::move(dims), std::vector<float>(static_cast<std::size_t>(elements))};
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    result.data[i] = is_half ? half_to_float(element<std::uint16_t>(bytes.data(), i))
                             : element<float>(bytes.data(), i);
  }
  if (const auto problem = find_non_finite(result)) {
    return fail(tensor, *problem + "; weights must be finite");
  }
  return result;
}

Result<IntegerTensor> Tensors::integers(int tensor) const {
  const TensorType type = at(tensor).type();
  if (!is_integer(type)) {
    return fail(tensor, fmt::format("is {}; expected INT32 or INT64", name_of(type)));
  }
  SLIMC_ASSIGN(Shape dims, shape(tensor));
  const std::int64_t elements = dims.elements();
  if (elements > kMaxStored) {
    return fail(tensor, fmt::format("has {} integers; expected at most {}", elements, kMaxStored));
  }
  const bool is_wide = type == TensorType::INT64;
  IntegerTensor result{std::move(dims), {}};
  if (elements == 0) return result;
  SLIMC_ASSIGN(const auto bytes, data(tensor, elements, is_wide ? 64 : 32));
  for (std::size_t i = 0; i < static_cast<std::size_t>(elements); ++i) {
    result.data.push_back(is_wide ? element<std::int64_t>(bytes.data(), i)
                                  : element<std::int32_t>(bytes.data(), i));
  }
  return result;
}

}  // namespace slimc::frontend::tflite
