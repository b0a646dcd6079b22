// What the elements of a tensor are, and which numbers they stand for.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace slimc {

enum class ElementType { Float32, Float16, Int8, UInt8, Int32 };

constexpr std::int64_t bytes_of(ElementType element) {
  switch (element) {
    case ElementType::Float32:
    case ElementType::Int32:
      return 4;
    case ElementType::Float16:
      return 2;
    case ElementType::Int8:
    case ElementType::UInt8:
      return 1;
  }
  return 0;
}

// "float32", "uint8".
std::string_view name_of(ElementType element);

struct TensorType {
  ElementType element = ElementType::Float32;
  // Of integers that stand for real numbers: real = scale * (integer - zero_point). One for the
  // whole tensor, or one for each of its channels (the last dimension); empty where the elements
  // are the numbers themselves.
  // (https://ai.google.dev/edge/litert/models/quantization_spec)
  std::vector<float> scales = {};
  std::vector<std::int32_t> zero_points = {};

  TensorType() = default;
  TensorType(ElementType of) : element(of) {}

  bool is_quantized() const { return !scales.empty(); }
  bool is_per_channel() const { return scales.size() > 1; }
  std::int64_t element_bytes() const { return bytes_of(element); }
  // What stands for the real number 0 in a channel: what padding holds.
  std::int32_t zero(std::size_t channel = 0) const;
  friend bool operator==(const TensorType&, const TensorType&) = default;
};

// The integers that an element can be. For integers alone.
struct ElementRange {
  double least, most;
};
ElementRange range_of(ElementType element);

// What is wrong with a type for a tensor of so many channels, or nothing: as many zero points as
// scales, one or one a channel, scales finite and above 0, zero points within the element's range,
// and none of it for floats.
std::string_view problem_of(const TensorType& type, std::int64_t channels);

}  // namespace slimc
