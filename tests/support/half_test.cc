// Conversions against the processor's own, for every half and for every float that is near to where
// rounding turns over.
#include "support/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace slimc {
namespace {

TEST(Half, KnownNumbers) {
  EXPECT_EQ(float_to_half(0.0f), 0x0000);
  EXPECT_EQ(float_to_half(-0.0f), 0x8000);
  EXPECT_EQ(float_to_half(1.0f), 0x3c00);
  EXPECT_EQ(float_to_half(-2.0f), 0xc000);
  EXPECT_EQ(float_to_half(kLargestHalf), 0x7bff);
  EXPECT_EQ(float_to_half(kSmallestNormalHalf), 0x0400);
  EXPECT_EQ(float_to_half(0x1p-24f), 0x0001);
  EXPECT_EQ(half_to_float(0x3555), 0x1.554p-2f);
}

TEST(Half, TiesGoToEven) {
  EXPECT_EQ(float_to_half(1 + 0x1p-11f), 0x3c00);
  EXPECT_EQ(float_to_half(1 + 3 * 0x1p-11f), 0x3c02);
  EXPECT_EQ(float_to_half(1 + 0x1p-11f + 0x1p-23f), 0x3c01);
  EXPECT_EQ(float_to_half(0x1p-25f), 0x0000);
  EXPECT_EQ(float_to_half(3 * 0x1p-25f), 0x0002);
  EXPECT_EQ(float_to_half(0x1.ffep-15f), 0x0400) << "the largest subnormal and half a step";
}

TEST(Half, BeyondTheLargest) {
  EXPECT_EQ(float_to_half(std::nextafter(65520.0f, 0.0f)), 0x7bff);
  EXPECT_EQ(float_to_half(65520.0f), 0x7c00);
  EXPECT_EQ(float_to_half(-1e30f), 0xfc00);
  EXPECT_TRUE(std::isnan(half_to_float(float_to_half(std::nanf("")))));
}

#if defined(__x86_64__)
__attribute__((target("f16c"))) void compare_with_the_processor() {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = half_to_float(half);
    if (std::isnan(value)) continue;
    ASSERT_EQ(value, _cvtsh_ss(half)) << bits;
    ASSERT_EQ(float_to_half(value), half) << bits;
    // The middle between this half and the next, exact in a float, and its neighbours.
    const float middle = (value + half_to_float(static_cast<std::uint16_t>(half + 1))) / 2;
    const float infinity = std::numeric_limits<float>::infinity();
    for (const float x :
         {middle, std::nextafter(middle, -infinity), std::nextafter(middle, infinity)}) {
      if (std::isnan(x)) continue;
      ASSERT_EQ(float_to_half(x), _cvtss_sh(x, _MM_FROUND_TO_NEAREST_INT)) << x;
    }
  }
}

TEST(Half, AsTheProcessorDoes) {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  const bool known = __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0;
  if (!known || (ecx & bit_F16C) == 0) GTEST_SKIP() << "this processor has no F16C";
  compare_with_the_processor();
}
#endif

}  // namespace
}  // namespace slimc
