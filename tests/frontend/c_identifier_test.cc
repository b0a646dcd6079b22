#include <gtest/gtest.h>

#include "frontend/frontend.h"

namespace slimc::frontend {
namespace {

TEST(CIdentifier, KeepsWhatCAllows) {
  EXPECT_EQ(c_identifier("mobilenet_v1_0.25_224"), "mobilenet_v1_025_224");
  EXPECT_EQ(c_identifier("my net-2"), "my_net_2");
  EXPECT_EQ(c_identifier("2fast"), "_2fast");
  EXPECT_EQ(c_identifier(".5"), "_5");
  EXPECT_EQ(c_identifier("n\xc3\xa9t"), "n__t");
}

TEST(CIdentifier, NeedsSomethingToKeep) {
  EXPECT_EQ(c_identifier("...").error().to_string(),
            "no C identifier can be made from the name '...'; give one with --name");
  EXPECT_FALSE(c_identifier("").has_value());
}

TEST(CIdentifier, RefusesReservedWords) {
  EXPECT_EQ(c_identifier("int").error().to_string(),
            "the name 'int' is reserved in C or C++; give another one with --name");
  EXPECT_FALSE(c_identifier("co_await").has_value());
  EXPECT_FALSE(c_identifier("size_t").has_value());
  EXPECT_FALSE(c_identifier("slimc").has_value());
  EXPECT_FALSE(c_identifier("\xc3\xbc"
                            "ber")
                   .has_value());  // two bytes that C does not allow: "__ber"
  EXPECT_FALSE(c_identifier("_Net").has_value());
  EXPECT_EQ(c_identifier("integer"), "integer");
  EXPECT_EQ(c_identifier("_net"), "_net");
}

TEST(CIdentifier, IsAtMost63CharactersLong) {
  EXPECT_EQ(c_identifier(std::string(63, 'a')), std::string(63, 'a'));
  EXPECT_FALSE(c_identifier(std::string(64, 'a')).has_value());
  // The underscore in front of a digit counts.
  EXPECT_FALSE(c_identifier(std::string(63, '1')).has_value());
}

}  // namespace
}  // namespace slimc::frontend
