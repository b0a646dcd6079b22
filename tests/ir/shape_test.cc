#include "ir/shape.h"

#include <gtest/gtest.h>

#include <limits>

namespace slimc {
namespace {

TEST(Shape, CountsElements) {
  EXPECT_EQ(Shape{}.elements(), 1);
  EXPECT_EQ((Shape{2, 3, 5}).elements(), 30);
  EXPECT_EQ((Shape{2, 0, 5}).elements(), 0);
}

TEST(Shape, ElementsDoNotOverflow) {
  const std::int64_t big = std::int64_t{1} << 40;
  EXPECT_EQ((Shape{big, big}).elements(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ((Shape{big, big, 0}).elements(), 0);
  EXPECT_EQ((Shape{0, big, big}).elements(), 0);
}

TEST(Shape, Prints) {
  EXPECT_EQ(Shape{}.to_string(), "[]");
  EXPECT_EQ((Shape{1, 224, 224, 3}).to_string(), "[1,224,224,3]");
}

}  // namespace
}  // namespace slimc
