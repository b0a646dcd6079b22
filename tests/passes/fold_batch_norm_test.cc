#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(FoldBatchNorm, IntoConv2D) {
  GraphBuilder b(Shape{2, 6, 6, 3});
  const Value conv = b.conv(b.input(), 3, 5, 2);
  const Graph after = run(fold_batch_norm, b.finish(b.batch_norm(conv)), kRounded);
  EXPECT_EQ(kinds(after), "Input Conv2D");
  EXPECT_EQ(only(after, OpKind::Conv2D).name, b.graph().op(conv).name);
}

TEST(FoldBatchNorm, IntoAConvolutionWithBias) {
  GraphBuilder b(Shape{2, 6, 6, 3});
  const Value conv = b.conv(b.input(), 3, 5, 2, true);
  EXPECT_EQ(kinds(run(fold_batch_norm, b.finish(b.batch_norm(conv)), kRounded)), "Input Conv2D");
}

TEST(FoldBatchNorm, IntoDepthwiseConv2D) {
  GraphBuilder b(Shape{2, 6, 6, 3});
  const Value conv = b.depthwise(b.input(), 3, 2);
  EXPECT_EQ(kinds(run(fold_batch_norm, b.finish(b.batch_norm(conv)), kRounded)),
            "Input DepthwiseConv2D");
}

TEST(FoldBatchNorm, IntoDepthwiseConv2DWithADepthMultiplier) {
  GraphBuilder b(Shape{2, 6, 6, 3});
  const Value conv = b.depthwise(b.input(), 3, 1, 4, true);
  EXPECT_EQ(kinds(run(fold_batch_norm, b.finish(b.batch_norm(conv)), kRounded)),
            "Input DepthwiseConv2D");
}

TEST(FoldBatchNorm, WrittenOutAsKerasDoes) {
  GraphBuilder b(Shape{2, 6, 6, 3});
  const Graph before = b.finish(b.keras_batch_norm(b.conv(b.input(), 3, 5)));
  const Graph folded = run(fold_constants, before, kRounded);
  EXPECT_EQ(kinds(run(fold_batch_norm, folded, kRounded)), "Input Conv2D");
}

TEST(FoldBatchNorm, WrittenOutAsSubDivMulAdd) {
  GraphBuilder b(Shape{2, 6, 6, 3});
  Value x = b.conv(b.input(), 3, 5, 1, true);
  x = b.add(OpKind::Sub, {x, b.random_constant(Shape{1, 1, 1, 5})});
  x = b.add(OpKind::Div, {x, b.random_constant(Shape{5}, 0.5, 2)});
  x = b.add(OpKind::Mul, {b.random_constant(Shape{5}, 0.5, 2), x});
  x = b.add(OpKind::Add, {b.scalar(0.25f), x});
  EXPECT_EQ(kinds(run(fold_batch_norm, b.finish(x), kRounded)), "Input Conv2D");
}

TEST(FoldBatchNorm, AConstantMinusTheConvolution) {
  GraphBuilder b(Shape{2, 6, 6, 3});
  const Value x = b.conv(b.input(), 3, 5);
  const Value y = b.add(OpKind::Sub, {b.random_constant(Shape{5}), x});
  EXPECT_EQ(kinds(run(fold_batch_norm, b.finish(y), kRounded)), "Input Conv2D");
}

TEST(FoldBatchNorm, WeightsThatTwoConvolutionsShareAreFoldedForOne) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value w = b.random_constant(Shape{1, 1, 3, 3});
  const Value first = b.add(OpKind::Conv2D, {b.input(), w}, ConvolutionAttributes{});
  const Value second = b.add(OpKind::Conv2D, {b.batch_norm(first), w}, ConvolutionAttributes{});
  const Graph after = run(fold_batch_norm, b.finish(second), kRounded);
  EXPECT_EQ(kinds(after), "Input Conv2D Conv2D");
  EXPECT_EQ(count(after, OpKind::Constant), 3);
}

TEST(FoldBatchNorm, NotWithoutAConvolutionInFront) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value x = b.conv(b.batch_norm(b.input()), 3, 5);
  EXPECT_EQ(kinds(run(fold_batch_norm, b.finish(x))), "Input BatchNorm Conv2D");
}

TEST(FoldBatchNorm, NotBehindAnActivation) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value x = b.batch_norm(b.relu6(b.conv(b.input(), 3, 5)));
  EXPECT_EQ(kinds(run(fold_batch_norm, b.finish(x))), "Input Conv2D Relu6 BatchNorm");
}

TEST(FoldBatchNorm, NotBehindAConvolutionsOwnActivation) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value w = b.random_constant(Shape{1, 1, 3, 5});
  const Value conv =
      b.add(OpKind::Conv2D, {b.input(), w}, ConvolutionAttributes{.activation = Activation::Relu6});
  EXPECT_EQ(kinds(run(fold_batch_norm, b.finish(b.batch_norm(conv)))), "Input Conv2D BatchNorm");
}

TEST(FoldBatchNorm, NotWhereAnotherUserWantsTheConvolution) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value conv = b.conv(b.input(), 3, 5);
  const Value y = b.add(OpKind::Add, {b.batch_norm(conv), conv});
  EXPECT_EQ(kinds(run(fold_batch_norm, b.finish(y))), "Input Conv2D BatchNorm Add");
}

TEST(FoldBatchNorm, NotWhereTheConvolutionIsTheOutput) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value conv = b.conv(b.input(), 3, 5);
  b.batch_norm(conv);
  EXPECT_EQ(kinds(run(fold_batch_norm, b.finish(conv))), "Input Conv2D");
}

TEST(FoldBatchNorm, NotIntoWeightsThatAreComputed) {
  GraphBuilder b(Shape{1, 3, 5, 1});
  const Value w = b.reshape(b.input(), Shape{3, 5, 1, 1});
  const Value conv = b.add(OpKind::Conv2D, {b.input(), w}, ConvolutionAttributes{});
  EXPECT_EQ(kinds(run(fold_batch_norm, b.finish(b.batch_norm(conv)))),
            "Input Reshape Conv2D BatchNorm");
}

TEST(FoldBatchNorm, AVarianceThatGivesNoNumberIsTheModelsFault) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value conv = b.add(OpKind::Conv2D, {b.input(), b.random_constant(Shape{1, 1, 3, 2})},
                           ConvolutionAttributes{}, "conv");
  const Value y = b.add(OpKind::BatchNorm,
                        {conv, b.constant(Shape{2}, {1, 1}), b.constant(Shape{2}, {0, 0}),
                         b.constant(Shape{2}, {0, 0}), b.constant(Shape{2}, {1, -0.5f})},
                        BatchNormAttributes{}, "bn");
  const auto after = fold_batch_norm(b.finish(y));
  ASSERT_FALSE(after);
  EXPECT_THAT(after.error().to_string(),
              AllOf(HasSubstr("test.pb: node 'bn': "), HasSubstr("'conv'"), HasSubstr("channel 1"),
                    HasSubstr("variance is -0.5")));
}

TEST(FoldBatchNorm, ReportsAllBadLayersAtOnce) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  Value x = b.input();
  for (int i = 0; i < 3; ++i) {
    x = b.relu6(b.add(OpKind::Mul, {b.conv(x, 1, 3), b.scalar(3e38f)}));
    x = b.add(OpKind::Mul, {b.add(OpKind::Mul, {b.conv(x, 1, 3), b.scalar(3e38f)}), b.scalar(100)});
  }
  const auto after = fold_batch_norm(b.finish(x));
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().list().size(), 3u);
}

}  // namespace
}  // namespace slimc::testing
