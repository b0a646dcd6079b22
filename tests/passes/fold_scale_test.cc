#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

// What fuse_bias leaves: a convolution with a bias.
Value complete(GraphBuilder& b, Value x, std::int64_t kernel, bool is_depthwise,
               const Padding& padding) {
  const std::int64_t channels = b.shape(x)[3];
  const Shape weights =
      is_depthwise ? Shape{kernel, kernel, channels, 2} : Shape{kernel, kernel, channels, 5};
  return b.add(
      is_depthwise ? OpKind::DepthwiseConv2D : OpKind::Conv2D,
      {x, b.random_constant(weights), b.random_constant(Shape{is_depthwise ? 2 * channels : 5})},
      ConvolutionAttributes{.padding = padding});
}

TEST(FoldScale, IntoTheConvolutionBehind) {
  for (const bool is_depthwise : {false, true}) {
    GraphBuilder b(Shape{1, 4, 5, 3});
    const Value y = complete(b, b.batch_norm(b.relu6(b.input())), 2, is_depthwise, {});
    const Graph after = run(fold_scale, b.finish(y), kRounded);
    EXPECT_EQ(kinds(after), is_depthwise ? "Input Relu6 DepthwiseConv2D" : "Input Relu6 Conv2D");
  }
}

TEST(FoldScale, AChainOfAllSpellings) {
  GraphBuilder b(Shape{1, 4, 5, 3});
  Value x = b.add(OpKind::Sub, {b.scalar(1), b.relu6(b.input())});
  x = b.add(OpKind::Div, {x, b.random_constant(Shape{1, 1, 1, 3}, 1, 2)});
  x = b.add(OpKind::Add, {b.random_constant(Shape{3}), x});
  x = b.add(OpKind::Mul, {x, b.scalar(3)});
  const Graph after = run(fold_scale, b.finish(complete(b, x, 1, false, {})), kRounded);
  EXPECT_EQ(kinds(after), "Input Relu6 Conv2D");
}

// Zeros times a scale are zeros, but zeros plus an offset are not.
TEST(FoldScale, PaddingLetsScalesThroughOnly) {
  for (const bool is_depthwise : {false, true}) {
    const Padding padding{1, 1, 0, 1};
    GraphBuilder scales(Shape{1, 4, 5, 3});
    const Value x = scales.add(OpKind::Mul, {scales.input(), scales.random_constant(Shape{3})});
    EXPECT_EQ(count(run(fold_scale, scales.finish(complete(scales, x, 2, is_depthwise, padding)),
                        kRounded),
                    OpKind::Mul),
              0);
    GraphBuilder moves(Shape{1, 4, 5, 3});
    const Value y = moves.add(OpKind::Add, {moves.input(), moves.random_constant(Shape{3})});
    EXPECT_EQ(count(run(fold_scale, moves.finish(complete(moves, y, 2, is_depthwise, padding))),
                    OpKind::Add),
              1);
  }
}

TEST(FoldScale, WhatOthersReadStaysForThem) {
  GraphBuilder b(Shape{1, 4, 5, 3});
  const Value x = b.add(OpKind::Mul, {b.input(), b.random_constant(Shape{3})});
  const Value pooled = b.add(OpKind::Max, {x}, ReduceAttributes{.keep_dims = true});
  const Value y = complete(b, x, 1, false, {});
  const Value both = b.add(OpKind::Add, {b.add(OpKind::Max, {y}, ReduceAttributes{true}),
                                         complete(b, pooled, 1, false, {})});
  EXPECT_EQ(kinds(run(fold_scale, b.finish(both), kRounded)),
            "Input Mul Max Conv2D Max Conv2D Add");
}

// A mean written as a sum times 1/49, with the sum as 49 means.
TEST(FoldScale, DropsScalesThatCancel) {
  GraphBuilder b(Shape{1, 7, 7, 3});
  Value x = b.add(OpKind::Mean, {b.input()}, ReduceAttributes{.keep_dims = true});
  x = b.add(OpKind::Mul, {b.add(OpKind::Mul, {x, b.scalar(49)}), b.scalar(1.0f / 49)});
  EXPECT_EQ(kinds(run(fold_scale, b.finish(x), kRounded)), "Input Mean");
}

TEST(FoldScale, RefusesWeightsThatAreNotFinite) {
  GraphBuilder b(Shape{1, 4, 5, 3});
  Value x = b.add(OpKind::Mul, {b.input(), b.scalar(1e38f)});
  x = b.add(OpKind::Mul, {x, b.scalar(1e38f)});
  const auto after = fold_scale(b.finish(complete(b, x, 1, false, {})));
  ASSERT_FALSE(after);
  EXPECT_THAT(after.error().to_string(),
              ::testing::EndsWith("the scale in front of it, multiplied into its weights, makes "
                                  "numbers that are not finite"));
}

}  // namespace
}  // namespace slimc::testing
