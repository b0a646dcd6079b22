#include "ir/tensor_type.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace slimc {
namespace {

bool is_float(ElementType element) {
  return element == ElementType::Float32 || element == ElementType::Float16;
}

}  // namespace

std::string_view name_of(ElementType element) {
  switch (element) {
    case ElementType::Float32:
      return "float32";
    case ElementType::Float16:
      return "float16";
    case ElementType::Int8:
      return "int8";
    case ElementType::UInt8:
      return "uint8";
    case ElementType::Int32:
      return "int32";
  }
  return "";
}

ElementRange range_of(ElementType element) {
  switch (element) {
    case ElementType::Int8:
      return {-128, 127};
    case ElementType::UInt8:
      return {0, 255};
    case ElementType::Int32:
      return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
    case ElementType::Float32:
    case ElementType::Float16:
      break;
  }
  return {0, 0};
}

std::int32_t TensorType::zero(std::size_t channel) const {
  if (zero_points.empty()) return 0;
  return zero_points[zero_points.size() == 1 ? 0 : channel];
}

std::string_view problem_of(const TensorType& type, std::int64_t channels) {
  if (type.scales.size() != type.zero_points.size()) {
    return "not as many zero points as scales";
  }
  if (!type.is_quantized()) return "";
  if (is_float(type.element)) return "floats with a scale";
  const auto count = static_cast<std::int64_t>(type.scales.size());
  if (count != 1 && count != channels) return "neither one scale nor one a channel";
  if (!std::all_of(type.scales.begin(), type.scales.end(),
                   [](float scale) { return std::isfinite(scale) && scale > 0; })) {
    return "a scale that is not finite and above 0";
  }
  if (!std::all_of(type.zero_points.begin(), type.zero_points.end(),
                   [range = range_of(type.element)](std::int32_t zero) {
                     return zero >= range.least && zero <= range.most;
                   })) {
    return "a zero point that is outside of its element's range";
  }
  return "";
}

}  // namespace slimc
