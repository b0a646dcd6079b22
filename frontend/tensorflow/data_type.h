// TensorFlow's data types and constants, turned into what slimc computes with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/integer_tensor.h"
#include "frontend/tensor_checks.h"
#include "frontend/tensorflow/proto/tensor.pb.h"
#include "ir/graph.h"
#include "tl/expected.hpp"

namespace slimc::frontend {

// "DT_FLOAT"; "DT 77" for numbers that no version of TensorFlow known here uses.
std::string name_of(tensorflow::DataType type);

bool is_integer(tensorflow::DataType type);    // bool counts
bool is_quantized(tensorflow::DataType type);  // DT_QUINT8 and its kin

// Bytes an element, for the types that can be read as float32; 0 for others.
std::int64_t floating_size(tensorflow::DataType type);

// The shape, or what is wrong with it (unknown or negative dimensions, more than kMaxElements).
tl::expected<Shape, std::string> to_shape(const tensorflow::TensorShapeProto& proto);

// `bytes` holds whole elements of a type with floating_size() > 0, little-endian. Wider than
// float32 is rounded.
std::vector<float> to_floats(tensorflow::DataType type, std::string_view bytes);

// A constant of a type with floating_size() > 0, or of an integer or quantised type. The error
// lacks node and file.
tl::expected<Tensor, std::string> to_tensor(const tensorflow::TensorProto& proto);

tl::expected<IntegerTensor, std::string> to_integers(const tensorflow::TensorProto& proto);

// The elements of a DT_STRING constant.
tl::expected<std::vector<std::string>, std::string> to_strings(
    const tensorflow::TensorProto& proto);

}  // namespace slimc::frontend
