#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/common/evaluate_one.h"

namespace slimc {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using testing::evaluate_one;

TEST(Softmax, EachRowByItself) {
  const double third = std::log(3.0);
  EXPECT_THAT(evaluate_one(OpKind::Softmax, {{{2, 2}, {0, third, 7, 7}}}).data,
              ElementsAre(DoubleEq(0.25), DoubleEq(0.75), DoubleEq(0.5), DoubleEq(0.5)));
}

TEST(Softmax, LargeNumbersDoNotOverflow) {
  EXPECT_THAT(evaluate_one(OpKind::Softmax, {{{1, 2}, {1e5, -1e5}}}).data, ElementsAre(1, 0));
}

}  // namespace
}  // namespace slimc
