// Weights that are stored as 16-bit floats and multiplied as 32-bit ones: half the size, and half
// the traffic where a stage waits for weights. A kernel loads a vector of them and converts it in
// registers, with one instruction on targets that have it (compiler/targets/target.h lists them).
#pragma once

#include <Halide.h>

#include <map>
#include <string>

namespace slimc::schedules {

enum class WeightsType { Float32, Float16 };

inline const std::map<std::string, WeightsType>& weights_type_names() {
  static const std::map<std::string, WeightsType> names = {{"float32", WeightsType::Float32},
                                                           {"float16", WeightsType::Float16}};
  return names;
}

// What the buffer of weights holds. The bits of a 16-bit float are an integer to Halide: its own
// Float(16) becomes a Float(32) by a dozen integer instructions on every target but arm_fp16.
inline Halide::Type stored_type(WeightsType type) {
  return type == WeightsType::Float16 ? Halide::UInt(16) : Halide::Float(32);
}

// The value of an element of such a buffer, as a 32-bit float.
Halide::Expr widen_weight(const Halide::Expr& stored);

// The code that widen_weight() calls for vectors of that many lanes, for the generator's externs.
Halide::ExternalCode half_conversion(const Halide::Target& target, int lanes);

// Makes a buffer of weights what the algorithm may multiply with, whatever its type.
template <typename Buffer>
auto widened(const Buffer& weights) {
  return [&weights](const Halide::Expr& c, const Halide::Expr& k, const Halide::Expr& panel) {
    return widen_weight(weights(c, k, panel));
  };
}

}  // namespace slimc::schedules
