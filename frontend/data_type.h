// TensorFlow's data types and constants, turned into what slimc computes with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/graph.h"
#include "frontend/proto/tensor.pb.h"
#include "tl/expected.hpp"

namespace slimc::frontend {

// More elements than this are refused in any one tensor (1 GiB of float32; the largest of the
// family has a million), so that a damaged or hostile shape cannot exhaust the memory.
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 28;

// "DT_FLOAT"; "DT 77" for numbers that no version of TensorFlow known here uses.
std::string name_of(tensorflow::DataType type);

bool is_integer(tensorflow::DataType type);  // bool counts

// Bytes an element, for the types that can be read as float32; 0 for others.
std::int64_t floating_size(tensorflow::DataType type);

// The shape, or what is wrong with it (unknown or negative dimensions, more than kMaxElements).
tl::expected<Shape, std::string> to_shape(const tensorflow::TensorShapeProto& proto);

// `bytes` holds whole elements of a type with floating_size() > 0, little-endian. Wider than
// float32 is rounded.
std::vector<float> to_floats(tensorflow::DataType type, std::string_view bytes);

// A constant of a DT_FLOAT, or of an integer type. The error lacks node and file.
tl::expected<Tensor, std::string> to_tensor(const tensorflow::TensorProto& proto);

struct IntegerTensor {
  Shape shape;  // rank 0 or more
  std::vector<std::int64_t> data;
};
tl::expected<IntegerTensor, std::string> to_integers(const tensorflow::TensorProto& proto);

// The elements of a DT_STRING constant.
tl::expected<std::vector<std::string>, std::string> to_strings(
    const tensorflow::TensorProto& proto);

// "element 17 ([0,0,1,2]) is NaN": the first element that is not finite.
std::optional<std::string> find_non_finite(const Tensor& tensor);

// "[0,0,1,2]": the position of element `index` in row-major order.
std::string position(const Shape& shape, std::int64_t index);

}  // namespace slimc::frontend
