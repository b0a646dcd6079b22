// IEEE 754 binary16: 1 bit of sign, 5 of exponent with a bias of 15, 10 of mantissa.
#pragma once

#include <cstdint>

namespace slimc {

inline constexpr float kLargestHalf = 65504;
inline constexpr float kSmallestNormalHalf = 0x1p-14f;

float half_to_float(std::uint16_t half);

// The nearest, of two equally near the one with an even mantissa. Infinite from 65520 on, which is
// half a step above the largest.
std::uint16_t float_to_half(float value);

}  // namespace slimc
