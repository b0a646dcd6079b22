#include "support/half.h"

#include <bit>
#include <cmath>
#include <limits>

namespace slimc {

float half_to_float(std::uint16_t half) {
  const int exponent = half >> 10 & 0x1f;
  const int mantissa = half & 0x3ff;
  float magnitude = 0;
  if (exponent == 0x1f) {
    magnitude = mantissa == 0 ? std::numeric_limits<float>::infinity()
                              : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(mantissa), -24);
  } else {
    magnitude = std::ldexp(static_cast<float>(mantissa + 0x400), exponent - 25);
  }
  return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

std::uint16_t float_to_half(float value) {
  // Of a float: 8 bits of exponent with a bias of 127, 23 of mantissa.
  constexpr std::uint32_t kDroppedBits = 23 - 10, kBias = (127u - 15u) << 23;
  constexpr std::uint32_t kInfinity = 0x7f800000, kTooLarge = (127u + 16u) << 23;
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000;
  std::uint32_t magnitude = bits & 0x7fffffff;
  std::uint32_t half = 0;
  if (magnitude > kInfinity) {
    half = 0x7e00;  // not a number
  } else if (magnitude >= kTooLarge) {
    half = 0x7c00;
  } else if (std::abs(value) < kSmallestNormalHalf) {
    // A multiple of 2^-24; the processor rounds to even unless told otherwise.
    half = static_cast<std::uint32_t>(std::nearbyint(std::abs(value) * 0x1p24f));
  } else {
    // Half a step less one, and one more if the last bit that stays is odd. A carry moves on into
    // the exponent, as it should.
    magnitude += (1u << (kDroppedBits - 1)) - 1 + (magnitude >> kDroppedBits & 1);
    half = (magnitude - kBias) >> kDroppedBits;
  }
  return static_cast<std::uint16_t>(sign | half);
}

}  // namespace slimc
