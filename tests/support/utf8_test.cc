#include "support/utf8.h"

#include <gtest/gtest.h>

namespace slimc {
namespace {

TEST(IsShown, KnowsWhatIsNotSeen) {
  for (const std::uint32_t number :
       {0x0au,   0x1bu,   0x7fu,   0x9bu,    0xadu,    0x61cu,   0x200bu,  0x200du,
        0x200eu, 0x2028u, 0x2029u, 0x202au,  0x202eu,  0x2060u,  0x2066u,  0x2069u,
        0xfe0fu, 0xfeffu, 0xffffu, 0x1fffeu, 0xe0001u, 0xe0041u, 0xe0100u, 0x10ffffu}) {
    EXPECT_FALSE(is_shown(number)) << std::hex << number;
  }
  for (const std::uint32_t number :
       {0x20u, 0x7eu, 0xa0u, 0xe9u, 0x5d0u, 0x4e00u, 0xfffdu, 0x1f41fu}) {
    EXPECT_TRUE(is_shown(number)) << std::hex << number;
  }
}

TEST(Beginning, CutsNoCharacter) {
  EXPECT_EQ(beginning("abc", 5), "abc");
  EXPECT_EQ(beginning("abc", 2), "ab");
  EXPECT_EQ(beginning("ab\u9bc9", 4), "ab");
  EXPECT_EQ(beginning("ab\u9bc9x", 5), "ab\u9bc9");
  EXPECT_EQ(beginning("\xff\xff\xff", 2), "\xff\xff");
}

TEST(CountCharacters, CountsNoBytes) {
  EXPECT_EQ(count_characters(""), 0u);
  EXPECT_EQ(count_characters("caf\u00e9 \u9bc9"), 6u);
  EXPECT_EQ(count_characters("\xff\xfe"), 2u);
}

}  // namespace
}  // namespace slimc
