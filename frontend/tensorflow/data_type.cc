#include "frontend/tensorflow/data_type.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "support/half.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;

static_assert(std::endian::native == std::endian::little,
              "tensors are read as they lie in the files, which are little-endian");

template <typename T>
T load(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

float bfloat16_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// A file of some bytes can ask for as many elements as it likes: one value stands for all that
// follow it. Up to this many bytes it gets them; the largest tensor of the published networks, the
// classifier's weights, has half of that.
constexpr std::int64_t kMaxRepeatedBytes = std::int64_t{1} << 23;

// Fills `count` elements from a list field, whose last element stands for all that follow. No
// element at all stands for zeros.
template <typename To, typename List>
tl::expected<std::vector<To>, std::string> expand(const List& list, std::int64_t count) {
  if (list.size() > count) {
    return tl::unexpected("has " + std::to_string(list.size()) + " values for a shape of " +
                          std::to_string(count));
  }
  constexpr std::int64_t kMaxRepeated = kMaxRepeatedBytes / std::int64_t{sizeof(To)};
  if (count > list.size() + kMaxRepeated) {
    return tl::unexpected("has " + std::to_string(list.size()) + " values for a shape of " +
                          std::to_string(count) + "; slimc repeats the last one at most " +
                          std::to_string(kMaxRepeated) + " times");
  }
  std::vector<To> values(list.begin(), list.end());
  values.resize(static_cast<std::size_t>(count), values.empty() ? To{} : To(values.back()));
  return values;
}

tl::expected<void, std::string> check_content(std::size_t bytes, std::int64_t elements,
                                              std::int64_t element_size) {
  const auto expected = static_cast<std::size_t>(elements * element_size);
  if (bytes == expected) return {};
  return tl::unexpected("has " + std::to_string(bytes) + " bytes of content; its shape needs " +
                        std::to_string(expected));
}

// The integers that a quantised type is stored as; the type itself where it is none.
DataType stored_as(DataType type) {
  switch (type) {
    case DataType::DT_QUINT8:
      return DataType::DT_UINT8;
    case DataType::DT_QINT8:
      return DataType::DT_INT8;
    case DataType::DT_QUINT16:
      return DataType::DT_UINT16;
    case DataType::DT_QINT16:
      return DataType::DT_INT16;
    case DataType::DT_QINT32:
      return DataType::DT_INT32;
    default:
      return type;
  }
}

std::int64_t integer_size(DataType type) {
  switch (type) {
    case DataType::DT_BOOL:
    case DataType::DT_INT8:
    case DataType::DT_UINT8:
      return 1;
    case DataType::DT_INT16:
    case DataType::DT_UINT16:
      return 2;
    case DataType::DT_INT32:
    case DataType::DT_UINT32:
      return 4;
    case DataType::DT_INT64:
      return 8;
    default:
      return 0;
  }
}

std::int64_t load_integer(DataType type, const char* bytes) {
  switch (type) {
    case DataType::DT_BOOL:
    case DataType::DT_UINT8:
      return load<std::uint8_t>(bytes);
    case DataType::DT_INT8:
      return load<std::int8_t>(bytes);
    case DataType::DT_INT16:
      return load<std::int16_t>(bytes);
    case DataType::DT_UINT16:
      return load<std::uint16_t>(bytes);
    case DataType::DT_UINT32:
      return load<std::uint32_t>(bytes);
    case DataType::DT_INT64:
      return load<std::int64_t>(bytes);
    default:
      return load<std::int32_t>(bytes);
  }
}

}  // namespace

std::string name_of(DataType type) {
  const std::string& name = tensorflow::DataType_Name(type);
  return name.empty() ? "DT " + std::to_string(static_cast<int>(type)) : name;
}

bool is_quantized(DataType type) { return stored_as(type) != type; }

bool is_integer(DataType type) { return integer_size(type) > 0; }

std::int64_t floating_size(DataType type) {
  switch (type) {
    case DataType::DT_FLOAT:
      return 4;
    case DataType::DT_DOUBLE:
      return 8;
    case DataType::DT_HALF:
    case DataType::DT_BFLOAT16:
      return 2;
    default:
      return 0;
  }
}

tl::expected<Shape, std::string> to_shape(const tensorflow::TensorShapeProto& proto) {
  if (proto.unknown_rank()) return tl::unexpected(std::string("has a shape of unknown rank"));
  std::vector<std::int64_t> dims;
  std::int64_t elements = 1;
  bool too_large = false;
  for (const auto& dim : proto.dim()) {
    dims.push_back(dim.size());
    if (dim.size() < 0) {
      return tl::unexpected("has a dimension of size " + std::to_string(dim.size()) +
                            " in its shape");
    }
    if (dim.size() > 0 && elements > kMaxElements / dim.size()) too_large = true;
    if (!too_large) elements *= dim.size();
  }
  Shape shape(std::move(dims));
  if (too_large) {
    return tl::unexpected("has the shape " + shape.to_string() + ", which is more than the " +
                          std::to_string(kMaxElements) + " elements that slimc takes");
  }
  return shape;
}

std::vector<float> to_floats(DataType type, std::string_view bytes) {
  const auto size = static_cast<std::size_t>(floating_size(type));
  std::vector<float> values(bytes.size() / size);
  if (type == DataType::DT_FLOAT) {
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * size);
    return values;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const char* element = bytes.data() + i * size;
    if (type == DataType::DT_DOUBLE) {
      values[i] = static_cast<float>(load<double>(element));
    } else if (type == DataType::DT_HALF) {
      values[i] = half_to_float(load<std::uint16_t>(element));
    } else {
      values[i] = bfloat16_to_float(load<std::uint16_t>(element));
    }
  }
  return values;
}

tl::expected<Tensor, std::string> to_tensor(const tensorflow::TensorProto& proto) {
  auto shape = to_shape(proto.tensor_shape());
  if (!shape) return tl::unexpected(shape.error());
  Tensor tensor{*shape, {}};
  const DataType type = proto.dtype() == DataType::DT_INVALID ? DataType::DT_FLOAT : proto.dtype();
  const std::int64_t elements = tensor.shape.elements();
  if (!proto.tensor_content().empty()) {
    auto fits = check_content(proto.tensor_content().size(), elements, floating_size(type));
    if (!fits) return tl::unexpected(fits.error());
    tensor.data = to_floats(type, proto.tensor_content());
    return tensor;
  }
  tl::expected<std::vector<float>, std::string> values;
  if (type == DataType::DT_DOUBLE) {
    values = expand<float>(proto.double_val(), elements);
  } else if (type == DataType::DT_HALF || type == DataType::DT_BFLOAT16) {
    const auto bits = expand<std::int32_t>(proto.half_val(), elements);
    if (!bits) return tl::unexpected(bits.error());
    values->reserve(bits->size());
    for (const std::int32_t half : *bits) {
      const auto word = static_cast<std::uint16_t>(half);
      values->push_back(type == DataType::DT_HALF ? half_to_float(word) : bfloat16_to_float(word));
    }
  } else {
    values = expand<float>(proto.float_val(), elements);
  }
  if (!values) return tl::unexpected(values.error());
  tensor.data = std::move(*values);
  return tensor;
}

tl::expected<IntegerTensor, std::string> to_integers(const tensorflow::TensorProto& proto) {
  auto shape = to_shape(proto.tensor_shape());
  if (!shape) return tl::unexpected(shape.error());
  IntegerTensor tensor{*shape, {}};
  const std::int64_t elements = tensor.shape.elements();
  if (!proto.tensor_content().empty()) {
    const std::string& content = proto.tensor_content();
    const DataType type = stored_as(proto.dtype());
    const std::int64_t size = integer_size(type);
    auto fits = check_content(content.size(), elements, size);
    if (!fits) return tl::unexpected(fits.error());
    for (std::int64_t i = 0; i < elements; ++i) {
      tensor.data.push_back(load_integer(type, content.data() + i * size));
    }
    return tensor;
  }
  tl::expected<std::vector<std::int64_t>, std::string> values;
  if (proto.dtype() == DataType::DT_INT64) {
    values = expand<std::int64_t>(proto.int64_val(), elements);
  } else if (proto.dtype() == DataType::DT_BOOL) {
    values = expand<std::int64_t>(proto.bool_val(), elements);
  } else if (proto.dtype() == DataType::DT_UINT32) {
    values = expand<std::int64_t>(proto.uint32_val(), elements);
  } else {
    values = expand<std::int64_t>(proto.int_val(), elements);
  }
  if (!values) return tl::unexpected(values.error());
  tensor.data = std::move(*values);
  return tensor;
}

tl::expected<std::vector<std::string>, std::string> to_strings(
    const tensorflow::TensorProto& proto) {
  auto shape = to_shape(proto.tensor_shape());
  if (!shape) return tl::unexpected(shape.error());
  return expand<std::string>(proto.string_val(), shape->elements());
}

}  // namespace slimc::frontend
