// The runtime's checksum against the library of its inventor.
#include "slimc/checksum.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <cstdint>
#include <random>
#include <string>

namespace slimc::testing {
namespace {

TEST(Checksum, IsXxh64OfAnyLengthAndAlignment) {
  std::mt19937 random(1);
  std::string bytes(4096, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
    for (std::size_t length = 0; length < 300; ++length) {
      for (std::size_t at = 0; at < 9; ++at) {
        ASSERT_EQ(xxh64(bytes.data() + at, length, seed), XXH64(bytes.data() + at, length, seed))
            << length << " bytes from " << at;
      }
    }
    EXPECT_EQ(xxh64(bytes.data(), bytes.size(), seed), XXH64(bytes.data(), bytes.size(), seed));
  }
}

TEST(Checksum, OfNothingIsTheSpecifications) {
  EXPECT_EQ(xxh64(nullptr, 0), std::uint64_t{0xef46db3751d8e999});
}

}  // namespace
}  // namespace slimc::testing
