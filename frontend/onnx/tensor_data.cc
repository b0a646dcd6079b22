#include "frontend/onnx/tensor_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "frontend/tensor_checks.h"
#include "support/half.h"

namespace slimc::frontend::onnx {
namespace {

constexpr int kMaxRank = 8;

// Constants of a real model take about as much as the file, twice as much where they are halves,
// and once more where they are laid out anew.
constexpr std::size_t kMaxExpansion = 8;
// Small models have shapes and scalars many times over.
constexpr std::size_t kFreeBytes = 1 << 20;

// Files are little-endian; their data may lie at any address.
template <typename T>
T element(const char* data, std::size_t index) {
  static_assert(std::endian::native == std::endian::little);
  T value;
  std::memcpy(&value, data + index * sizeof(T), sizeof value);
  return value;
}

float bfloat_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

std::size_t bytes_of(int type) {
  switch (type) {
    case schema::DOUBLE:
    case schema::INT64:
    case schema::UINT64:
      return 8;
    case schema::FLOAT:
    case schema::INT32:
    case schema::UINT32:
      return 4;
    case schema::FLOAT16:
    case schema::BFLOAT16:
    case schema::INT16:
    case schema::UINT16:
      return 2;
    default:
      return 1;
  }
}

}  // namespace

bool is_float(int type) {
  return type == schema::FLOAT || type == schema::FLOAT16 || type == schema::BFLOAT16 ||
         type == schema::DOUBLE;
}

bool is_integer(int type) {
  return type == schema::INT64 || type == schema::INT32 || type == schema::UINT64 ||
         type == schema::UINT32 || type == schema::INT16 || type == schema::UINT16 ||
         type == schema::INT8 || type == schema::UINT8 || type == schema::BOOL;
}

Failure TensorReader::fail(const std::string& name, std::string message) const {
  return slimc::fail({.file = model_.file(),
                      .subject = "tensor '" + printable(name) + "'",
                      .message = std::move(message)});
}

void TensorReader::say_once(const std::string& line) {
  if (!said_.insert(line).second) return;
  reporter_.warning({.file = model_.file(), .message = line});
}

Result<void> TensorReader::account_for(const std::string& name, std::int64_t elements) {
  decoded_bytes_ += static_cast<std::size_t>(elements) * sizeof(float);
  const std::size_t file_bytes = model_.bytes() + static_cast<std::size_t>(external_.bytes());
  if (decoded_bytes_ <= kFreeBytes + kMaxExpansion * file_bytes) return {};
  return fail(name, fmt::format("with it the constants take more than {} times the {} bytes of "
                                "the file",
                                kMaxExpansion, file_bytes));
}

Result<Shape> TensorReader::shape_of(const schema::TensorProto& tensor,
                                     const std::string& name) const {
  if (tensor.dims_size() > kMaxRank) {
    return fail(
        name, fmt::format("has {} dimensions; slimc takes up to {}", tensor.dims_size(), kMaxRank));
  }
  Shape shape(std::vector<std::int64_t>(tensor.dims().begin(), tensor.dims().end()));
  for (const std::int64_t dim : shape.dims()) {
    if (dim < 0) return fail(name, "has the shape " + shape.to_string());
  }
  if (bounded_product(shape.dims()) > kMaxElements) {
    return fail(name, fmt::format("has the shape {}, which is more than the {} elements that "
                                  "slimc takes",
                                  shape.to_string(), kMaxElements));
  }
  return shape;
}

Result<const std::string*> TensorReader::raw_bytes(const schema::TensorProto& tensor,
                                                   const std::string& name, std::int64_t elements,
                                                   std::size_t element_bytes) {
  const std::uint64_t expected = static_cast<std::uint64_t>(elements) * element_bytes;
  if (tensor.has_segment()) {
    return fail(name, "is a segment of a larger tensor, which slimc does not read");
  }
  if (tensor.data_location() == 1 || (!tensor.has_data_location() && tensor.external_data_size())) {
    auto bytes = external_.read(tensor, expected);
    if (!bytes) {
      Diagnostics named;
      for (Diagnostic problem : bytes.error().list()) {
        if (problem.file.empty()) {
          problem.file = model_.file();
          problem.subject = "tensor '" + printable(name) + "'";
        }
        named.add(std::move(problem));
      }
      return Failure(std::move(named));
    }
    scratch_ = std::move(*bytes);
    return &scratch_;
  }
  if (tensor.data_location() != 0) {
    return fail(name, fmt::format("is stored at a place of kind {}, which slimc does not know",
                                  tensor.data_location()));
  }
  if (!tensor.has_raw_data()) return nullptr;
  if (tensor.raw_data().size() != expected) {
    return fail(name, fmt::format("has {} bytes, expected {} for {} elements of {}",
                                  tensor.raw_data().size(), expected, elements,
                                  name_of(tensor.data_type())));
  }
  return &tensor.raw_data();
}

Result<Tensor> TensorReader::read_floats(const schema::TensorProto& tensor, const std::string& name,
                                         Shape shape) {
  const int type = tensor.data_type();
  const std::int64_t elements = shape.elements();
  SLIMC_ASSIGN(const std::string* raw, raw_bytes(tensor, name, elements, bytes_of(type)));
  const auto count = static_cast<std::int64_t>(type == schema::FLOAT    ? tensor.float_data_size()
                                               : type == schema::DOUBLE ? tensor.double_data_size()
                                                                        : tensor.int32_data_size());
  if (raw == nullptr && count != elements) {
    return fail(name, fmt::format("has {} numbers, expected {} for the shape {}", count, elements,
                                  shape.to_string()));
  }
  SLIMC_TRY(account_for(name, elements));
  Tensor result{std::move(shape), std::vector<float>(static_cast<std::size_t>(elements))};
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    const int at = static_cast<int>(i);
    switch (type) {
      case schema::FLOAT:
        result.data[i] = raw ? element<float>(raw->data(), i) : tensor.float_data(at);
        break;
      case schema::DOUBLE:
        result.data[i] =
            static_cast<float>(raw ? element<double>(raw->data(), i) : tensor.double_data(at));
        break;
      default: {
        const std::uint16_t bits = raw ? element<std::uint16_t>(raw->data(), i)
                                       : static_cast<std::uint16_t>(tensor.int32_data(at));
        result.data[i] = type == schema::FLOAT16 ? half_to_float(bits) : bfloat_to_float(bits);
      }
    }
  }
  if (type != schema::FLOAT) {
    say_once(fmt::format("has numbers of {}; slimc computes with them as float32", name_of(type)));
  }
  return result;
}

Result<IntegerTensor> TensorReader::read_integers(const schema::TensorProto& tensor,
                                                  const std::string& name, Shape shape) {
  const int type = tensor.data_type();
  const std::int64_t elements = shape.elements();
  if (elements > kMaxIntegers) {
    return fail(name, fmt::format("has {} integers; expected at most {} (shapes, axes, paddings)",
                                  elements, kMaxIntegers));
  }
  SLIMC_ASSIGN(const std::string* raw, raw_bytes(tensor, name, elements, bytes_of(type)));
  const bool is_unsigned = type == schema::UINT32 || type == schema::UINT64;
  const auto count = static_cast<std::int64_t>(is_unsigned             ? tensor.uint64_data_size()
                                               : type == schema::INT64 ? tensor.int64_data_size()
                                                                       : tensor.int32_data_size());
  if (raw == nullptr && count != elements) {
    return fail(name, fmt::format("has {} numbers, expected {} for the shape {}", count, elements,
                                  shape.to_string()));
  }
  IntegerTensor result{std::move(shape),
                       std::vector<std::int64_t>(static_cast<std::size_t>(elements))};
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    const int at = static_cast<int>(i);
    std::int64_t& value = result.data[i];
    if (raw == nullptr) {
      value = is_unsigned             ? static_cast<std::int64_t>(tensor.uint64_data(at))
              : type == schema::INT64 ? tensor.int64_data(at)
                                      : tensor.int32_data(at);
      continue;
    }
    const char* data = raw->data();
    switch (type) {
      case schema::INT64:
      case schema::UINT64:
        value = element<std::int64_t>(data, i);
        break;
      case schema::INT32:
        value = element<std::int32_t>(data, i);
        break;
      case schema::UINT32:
        value = element<std::uint32_t>(data, i);
        break;
      case schema::INT16:
        value = element<std::int16_t>(data, i);
        break;
      case schema::UINT16:
        value = element<std::uint16_t>(data, i);
        break;
      case schema::INT8:
        value = element<std::int8_t>(data, i);
        break;
      default:
        value = element<std::uint8_t>(data, i);
    }
  }
  return result;
}

Result<Constant> TensorReader::read(const schema::TensorProto& tensor, const std::string& name) {
  SLIMC_ASSIGN(Shape shape, shape_of(tensor, name));
  const int type = tensor.data_type();
  if (is_float(type)) {
    SLIMC_ASSIGN(Tensor floats, read_floats(tensor, name, std::move(shape)));
    return Constant(std::make_shared<const Tensor>(std::move(floats)));
  }
  if (!is_integer(type)) {
    return fail(name, fmt::format("is {}; slimc reads floats and integers", name_of(type)));
  }
  SLIMC_ASSIGN(IntegerTensor integers, read_integers(tensor, name, std::move(shape)));
  return Constant(std::move(integers));
}

Result<std::vector<std::int32_t>> TensorReader::read_bytes(const schema::TensorProto& tensor,
                                                           const std::string& name) {
  SLIMC_ASSIGN(const Shape shape, shape_of(tensor, name));
  const int type = tensor.data_type();
  if (type != schema::INT8 && type != schema::UINT8 && type != schema::INT32) {
    return fail(name, fmt::format("is {}; slimc reads quantised weights of INT8, UINT8 and INT32",
                                  name_of(type)));
  }
  const std::int64_t elements = shape.elements();
  SLIMC_ASSIGN(const std::string* raw, raw_bytes(tensor, name, elements, bytes_of(type)));
  if (raw == nullptr && tensor.int32_data_size() != elements) {
    return fail(name, fmt::format("has {} numbers, expected {} for the shape {}",
                                  tensor.int32_data_size(), elements, shape.to_string()));
  }
  SLIMC_TRY(account_for(name, elements));
  std::vector<std::int32_t> values(static_cast<std::size_t>(elements));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = raw == nullptr          ? tensor.int32_data(static_cast<int>(i))
                : type == schema::INT8  ? element<std::int8_t>(raw->data(), i)
                : type == schema::UINT8 ? element<std::uint8_t>(raw->data(), i)
                                        : element<std::int32_t>(raw->data(), i);
  }
  return values;
}

}  // namespace slimc::frontend::onnx
