#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

const PadAttributes kPad{{.top = 1, .bottom = 2, .left = 0, .right = 3}};

TEST(FoldPad, IntoConv2D) {
  GraphBuilder b(Shape{1, 6, 6, 3});
  const Value padded = b.add(OpKind::Pad, {b.input()}, kPad);
  const Value y = b.add(OpKind::Conv2D, {padded, b.random_constant(Shape{3, 3, 3, 2})},
                        ConvolutionAttributes{.stride_h = 2, .stride_w = 2});
  const Graph after = run(fold_pad, b.finish(y));
  EXPECT_EQ(kinds(after), "Input Conv2D");
  EXPECT_EQ(only(after, OpKind::Conv2D).attributes_as<ConvolutionAttributes>().padding,
            kPad.padding);
}

TEST(FoldPad, AddsToPaddingThatIsThere) {
  GraphBuilder b(Shape{1, 6, 6, 3});
  Value x = b.add(OpKind::Pad, {b.input()}, kPad);
  x = b.add(OpKind::Pad, {x}, PadAttributes{{.left = 1}});
  x = b.depthwise(x, 3);
  const Graph after = run(fold_pad, b.finish(x));
  EXPECT_EQ(kinds(after), "Input DepthwiseConv2D");
  EXPECT_EQ(only(after, OpKind::DepthwiseConv2D).attributes_as<ConvolutionAttributes>().padding,
            (Padding{.top = 2, .bottom = 3, .left = 2, .right = 4}));
}

TEST(FoldPad, NotIntoPools) {
  // Their padding does not count as pixels.
  GraphBuilder b(Shape{1, 6, 6, 3});
  const Value padded = b.add(OpKind::Pad, {b.input()}, kPad);
  const Value y = b.add(OpKind::AvgPool, {padded}, PoolAttributes{.kernel_h = 4, .kernel_w = 4});
  EXPECT_EQ(kinds(run(fold_pad, b.finish(y))), "Input Pad AvgPool");
}

TEST(FoldPad, APadWithOtherUsersStaysForThem) {
  GraphBuilder b(Shape{1, 6, 6, 3});
  const Value padded = b.add(OpKind::Pad, {b.input()}, kPad);
  const Value y = b.add(OpKind::Conv2D, {padded, b.random_constant(Shape{1, 1, 3, 3})},
                        ConvolutionAttributes{});
  EXPECT_EQ(kinds(run(fold_pad, b.finish(b.add(OpKind::Add, {padded, y})))),
            "Input Pad Conv2D Add");
}

}  // namespace
}  // namespace slimc::testing
