#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

ActivationFunction activation_of(const Op& op) {
  return op.attributes_as<ConvolutionAttributes>().activation;
}

TEST(FuseActivation, Relu6BehindConv2D) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Graph after = run(fuse_activation, b.finish(b.relu6(b.conv(b.input(), 3, 5, 1, true))));
  EXPECT_EQ(kinds(after), "Input Conv2D");
  EXPECT_EQ(activation_of(only(after, OpKind::Conv2D)), Activation::Relu6);
}

TEST(FuseActivation, ReluBehindDepthwiseConv2D) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Graph after =
      run(fuse_activation, b.finish(b.add(OpKind::Relu, {b.depthwise(b.input(), 3)})));
  EXPECT_EQ(kinds(after), "Input DepthwiseConv2D");
  EXPECT_EQ(activation_of(only(after, OpKind::DepthwiseConv2D)), Activation::Relu);
}

TEST(FuseActivation, OneActivationAConvolution) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value relu = b.add(OpKind::Relu, {b.conv(b.input(), 3, 5)});
  EXPECT_EQ(kinds(run(fuse_activation, b.finish(b.relu6(relu)))), "Input Conv2D Relu6");
}

TEST(FuseActivation, NotWhereAnotherUserWantsTheConvolution) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value conv = b.conv(b.input(), 3, 5);
  const Value y = b.add(OpKind::Add, {conv, b.relu6(conv)});
  EXPECT_EQ(kinds(run(fuse_activation, b.finish(y))), "Input Conv2D Relu6 Add");
}

TEST(FuseActivation, NotBehindOtherOps) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value pool = b.add(OpKind::MaxPool, {b.conv(b.input(), 3, 5)}, PoolAttributes{});
  EXPECT_EQ(kinds(run(fuse_activation, b.finish(b.relu6(pool)))), "Input Conv2D MaxPool Relu6");
}

}  // namespace
}  // namespace slimc::testing
