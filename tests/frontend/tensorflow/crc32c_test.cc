#include "frontend/tensorflow/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace slimc::frontend {
namespace {

// RFC 3720, appendix B.4.
TEST(Crc32c, AgreesWithTheStandardsExamples) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  std::string ascending;
  for (char c = 0; c < 32; ++c) ascending += c;
  EXPECT_EQ(crc32c(ascending), 0x46dd794eu);
}

// Lengths that eight does not divide; 0xe3069283 is the algorithm's check value.
TEST(Crc32c, TakesAnyLength) {
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
}

TEST(Crc32c, MaskRotatesAndAdds) {
  const std::uint32_t crc = crc32c("123456789");
  EXPECT_EQ(masked_crc32c("123456789"), ((crc >> 15) | (crc << 17)) + 0xa282ead8u);
}

}  // namespace
}  // namespace slimc::frontend
