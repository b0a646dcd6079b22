#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

struct FuseDepthwisePointwise : ::testing::Test {
  // A 1x1 convolution with bias.
  Value pointwise(Value x, const ConvolutionAttributes& attributes = {}) {
    const std::int64_t ci = b.shape(x)[3];
    return b.add(OpKind::Conv2D,
                 {x, b.random_constant(Shape{1, 1, ci, 7}), b.random_constant(Shape{7})},
                 attributes);
  }
  std::string fused(Value output) { return kinds(run(fuse_depthwise_pointwise, b.finish(output))); }
  GraphBuilder b{Shape{2, 9, 8, 3}};
};

TEST_F(FuseDepthwisePointwise, AreOneOp) {
  const Value middle = b.depthwise(b.input(), 3, 2, 1, true);
  const Value y = pointwise(middle, {.activation = Activation::Relu6});
  const Graph after = run(fuse_depthwise_pointwise, b.finish(y));
  EXPECT_EQ(kinds(after), "Input DepthwisePointwise");
  const Op& block = only(after, OpKind::DepthwisePointwise);
  const auto& attributes = block.attributes_as<DepthwisePointwiseAttributes>();
  EXPECT_EQ(block.name, b.graph().op(y).name);
  EXPECT_EQ(attributes.depthwise.stride_h, 2);
  EXPECT_EQ(attributes.pointwise_activation, Activation::Relu6);
}

TEST_F(FuseDepthwisePointwise, WithBothActivations) {
  const Value w = b.random_constant(Shape{3, 3, 3, 2}), bias = b.random_constant(Shape{6});
  const Value middle =
      b.add(OpKind::DepthwiseConv2D, {b.input(), w, bias},
            ConvolutionAttributes{
                .dilation_h = 2, .padding = {.top = 2}, .activation = Activation::Relu6});
  EXPECT_EQ(fused(pointwise(middle, {.activation = Activation::Relu})), "Input DepthwisePointwise");
}

TEST_F(FuseDepthwisePointwise, SeveralInARow) {
  Value x = b.input();
  for (int i = 0; i < 3; ++i) x = pointwise(b.depthwise(x, 3, 1, 1, true));
  EXPECT_EQ(fused(x), "Input DepthwisePointwise DepthwisePointwise DepthwisePointwise");
}

TEST_F(FuseDepthwisePointwise, NotWithAStride) {
  const Value middle = b.depthwise(b.input(), 3, 1, 1, true);
  EXPECT_EQ(fused(pointwise(middle, {.stride_h = 2})), "Input DepthwiseConv2D Conv2D");
}

TEST_F(FuseDepthwisePointwise, NotWithPadding) {
  const Value middle = b.depthwise(b.input(), 3, 1, 1, true);
  EXPECT_EQ(fused(pointwise(middle, {.padding = {.left = 1}})), "Input DepthwiseConv2D Conv2D");
}

TEST_F(FuseDepthwisePointwise, NotWithALargerKernel) {
  const Value middle = b.depthwise(b.input(), 3, 1, 1, true);
  EXPECT_EQ(fused(b.conv(middle, 3, 7, 1, true)), "Input DepthwiseConv2D Conv2D");
}

TEST_F(FuseDepthwisePointwise, NotWithoutBias) {
  EXPECT_EQ(fused(pointwise(b.depthwise(b.input(), 3))), "Input DepthwiseConv2D Conv2D");
  const Value middle = b.depthwise(b.input(), 3, 1, 1, true);
  EXPECT_EQ(fused(b.conv(middle, 1, 7)), "Input DepthwiseConv2D Conv2D");
}

TEST_F(FuseDepthwisePointwise, NotWhereAnotherUserWantsTheMiddle) {
  const Value middle = b.depthwise(b.input(), 3, 1, 1, true);
  const Value first = pointwise(middle), second = pointwise(middle);
  EXPECT_EQ(fused(b.add(OpKind::Add, {first, second})), "Input DepthwiseConv2D Conv2D Conv2D Add");
}

TEST_F(FuseDepthwisePointwise, NotTwoPointwise) {
  EXPECT_EQ(fused(pointwise(pointwise(b.input()))), "Input Conv2D Conv2D");
}

}  // namespace
}  // namespace slimc::testing
