#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/evaluate_one.h"

namespace slimc {
namespace {

using reference::DoubleTensor;
using ::testing::ElementsAre;
using testing::evaluate_one;

TEST(Binary, Arithmetic) {
  const DoubleTensor x{{4}, {1, -2, 3, 8}}, y{{4}, {2, 5, 3, -4}};
  EXPECT_THAT(evaluate_one(OpKind::Add, {x, y}).data, ElementsAre(3, 3, 6, 4));
  EXPECT_THAT(evaluate_one(OpKind::Sub, {x, y}).data, ElementsAre(-1, -7, 0, 12));
  EXPECT_THAT(evaluate_one(OpKind::Mul, {x, y}).data, ElementsAre(2, -10, 9, -32));
  EXPECT_THAT(evaluate_one(OpKind::Div, {x, y}).data, ElementsAre(0.5, -0.4, 1, -2));
  EXPECT_THAT(evaluate_one(OpKind::Maximum, {x, y}).data, ElementsAre(2, 5, 3, 8));
  EXPECT_THAT(evaluate_one(OpKind::Minimum, {x, y}).data, ElementsAre(1, -2, 3, -4));
}

TEST(Binary, Broadcasts) {
  const DoubleTensor x{{2, 3}, {1, 2, 3, 4, 5, 6}};
  EXPECT_THAT(evaluate_one(OpKind::Add, {x, {{3}, {10, 20, 30}}}).data,
              ElementsAre(11, 22, 33, 14, 25, 36));
  EXPECT_THAT(evaluate_one(OpKind::Add, {{{2, 1}, {10, 20}}, x}).data,
              ElementsAre(11, 12, 13, 24, 25, 26));
  EXPECT_THAT(evaluate_one(OpKind::Sub, {x, {{}, {1}}}).data, ElementsAre(0, 1, 2, 3, 4, 5));
  const DoubleTensor outer = evaluate_one(OpKind::Mul, {{{3, 1}, {1, 2, 3}}, {{1, 2}, {1, 10}}});
  EXPECT_EQ(outer.shape, (Shape{3, 2}));
  EXPECT_THAT(outer.data, ElementsAre(1, 10, 2, 20, 3, 30));
}

TEST(Unary, Functions) {
  const DoubleTensor x{{4}, {-1, 4, 6, 9}};
  EXPECT_THAT(evaluate_one(OpKind::Relu, {x}).data, ElementsAre(0, 4, 6, 9));
  EXPECT_THAT(evaluate_one(OpKind::Relu6, {x}).data, ElementsAre(0, 4, 6, 6));
  const DoubleTensor squares{{3}, {1, 4, 16}};
  EXPECT_THAT(evaluate_one(OpKind::Sqrt, {squares}).data, ElementsAre(1, 2, 4));
  EXPECT_THAT(evaluate_one(OpKind::Rsqrt, {squares}).data, ElementsAre(1, 0.5, 0.25));
}

TEST(BiasAdd, AddsToTheLastDimension) {
  const DoubleTensor x{{1, 1, 2, 2}, {1, 2, 3, 4}};
  EXPECT_THAT(evaluate_one(OpKind::BiasAdd, {x, {{2}, {10, 20}}}).data,
              ElementsAre(11, 22, 13, 24));
}

TEST(BatchNorm, NormalisesScalesAndMoves) {
  const DoubleTensor x{{1, 1, 2, 2}, {5, 0, 1, 2}};
  const DoubleTensor gamma{{2}, {3, 1}}, beta{{2}, {10, 0}}, mean{{2}, {1, 2}},
      variance{{2}, {3.5, 0}};
  EXPECT_THAT(evaluate_one(OpKind::BatchNorm, {x, gamma, beta, mean, variance},
                           BatchNormAttributes{.epsilon = 0.5f})
                  .data,
              ElementsAre(16, ::testing::DoubleEq(-2 * 1.4142135623730951), 10, 0));
}

TEST(Reshape, KeepsTheNumbers) {
  const DoubleTensor y =
      evaluate_one(OpKind::Reshape, {{{1, 1, 1, 2}, {3, 4}}}, ReshapeAttributes{Shape{1, 2}});
  EXPECT_EQ(y.shape, (Shape{1, 2}));
  EXPECT_THAT(y.data, ElementsAre(3, 4));
}

}  // namespace
}  // namespace slimc
