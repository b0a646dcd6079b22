#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/evaluate_one.h"

namespace slimc {
namespace {

using reference::DoubleTensor;
using ::testing::ElementsAre;
using testing::evaluate_one;

TEST(Pad, PutsZerosAround) {
  const DoubleTensor y = evaluate_one(OpKind::Pad, {{{1, 1, 2, 1}, {1, 2}}},
                                      PadAttributes{{.top = 1, .left = 1, .right = 2}});
  EXPECT_EQ(y.shape, (Shape{1, 2, 5, 1}));
  EXPECT_THAT(y.data, ElementsAre(0, 0, 0, 0, 0, 0, 1, 2, 0, 0));
}

// SAME pooling of 3x3 pixels by 2x2: the windows at the right and the bottom see fewer pixels.
const PoolAttributes kSame{.kernel_h = 2,
                           .kernel_w = 2,
                           .stride_h = 2,
                           .stride_w = 2,
                           .padding = {.bottom = 1, .right = 1}};

TEST(AvgPool, DividesByThePixelsInsideTheImage) {
  const DoubleTensor x{{1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9}};
  EXPECT_THAT(evaluate_one(OpKind::AvgPool, {x}, kSame).data, ElementsAre(3, 4.5, 7.5, 9));
}

TEST(MaxPool, DoesNotSeeThePadding) {
  const DoubleTensor x{{1, 3, 3, 1}, {-1, -2, -3, -4, -5, -6, -7, -8, -9}};
  EXPECT_THAT(evaluate_one(OpKind::MaxPool, {x}, kSame).data, ElementsAre(-1, -3, -7, -9));
}

TEST(AvgPool, KeepsChannelsAndBatchItemsApart) {
  const DoubleTensor x{{2, 1, 2, 2}, {1, 10, 3, 30, 5, 50, 7, 70}};
  EXPECT_THAT(evaluate_one(OpKind::AvgPool, {x}, PoolAttributes{.kernel_w = 2}).data,
              ElementsAre(2, 20, 6, 60));
}

TEST(Reduce, OverTheWholeImage) {
  const DoubleTensor x{{1, 2, 2, 2}, {1, 10, 2, 20, 3, 30, 6, 20}};
  const DoubleTensor mean = evaluate_one(OpKind::Mean, {x}, ReduceAttributes{.keep_dims = true});
  EXPECT_EQ(mean.shape, (Shape{1, 1, 1, 2}));
  EXPECT_THAT(mean.data, ElementsAre(3, 20));
  const DoubleTensor max = evaluate_one(OpKind::Max, {x}, ReduceAttributes{.keep_dims = false});
  EXPECT_EQ(max.shape, (Shape{1, 2}));
  EXPECT_THAT(max.data, ElementsAre(6, 30));
}

}  // namespace
}  // namespace slimc
