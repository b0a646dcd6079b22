#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

TEST(FuseBias, BiasAddBehindAConvolution) {
  GraphBuilder b(Shape{2, 4, 4, 3});
  const Value x = b.conv(b.input(), 3, 5);
  const Graph after =
      run(fuse_bias, b.finish(b.add(OpKind::BiasAdd, {x, b.random_constant(Shape{5})})));
  EXPECT_EQ(kinds(after), "Input Conv2D");
  EXPECT_EQ(only(after, OpKind::Conv2D).name, b.graph().op(x).name);
}

TEST(FuseBias, AddAndSubOfConstants) {
  GraphBuilder b(Shape{2, 4, 4, 3});
  Value x = b.depthwise(b.input(), 3, 1, 2);
  x = b.add(OpKind::Add, {b.random_constant(Shape{1, 1, 6}), x});
  x = b.add(OpKind::Sub, {x, b.random_constant(Shape{6})});
  EXPECT_EQ(kinds(run(fuse_bias, b.finish(x), kRounded)), "Input DepthwiseConv2D");
}

TEST(FuseBias, AddsToABiasThatIsThere) {
  GraphBuilder b(Shape{2, 4, 4, 3});
  const Value x = b.conv(b.input(), 3, 5, 1, true);
  const Value y = b.add(OpKind::BiasAdd, {x, b.random_constant(Shape{5})});
  EXPECT_EQ(kinds(run(fuse_bias, b.finish(y), kRounded)), "Input Conv2D");
}

TEST(FuseBias, ZerosWhereThereIsNone) {
  GraphBuilder b(Shape{2, 4, 4, 3});
  const Value x = b.conv(b.depthwise(b.input(), 3, 2, 2), 1, 5);
  const Graph after = run(fuse_bias, b.finish(x));
  for (const OpKind kind : {OpKind::Conv2D, OpKind::DepthwiseConv2D}) {
    const Op& convolution = only(after, kind);
    ASSERT_EQ(convolution.inputs.size(), 3u);
    EXPECT_THAT(after.constant(convolution.inputs[2]).data, ::testing::Each(0.0f));
  }
}

TEST(FuseBias, NotWhereAnotherUserWantsTheConvolution) {
  GraphBuilder b(Shape{2, 4, 4, 3});
  const Value x = b.conv(b.input(), 3, 5);
  const Value y = b.add(OpKind::BiasAdd, {x, b.random_constant(Shape{5})});
  EXPECT_EQ(kinds(run(fuse_bias, b.finish(b.add(OpKind::Add, {x, y})))),
            "Input Conv2D BiasAdd Add");
}

TEST(FuseBias, NotWhereItDiffersByPixel) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value x = b.conv(b.input(), 3, 5);
  EXPECT_EQ(
      kinds(run(fuse_bias, b.finish(b.add(OpKind::Add, {x, b.random_constant(Shape{4, 1})})))),
      "Input Conv2D Add");
}

TEST(FuseBias, NotFromAConstantMinusTheConvolution) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value x = b.conv(b.input(), 3, 5);
  EXPECT_EQ(kinds(run(fuse_bias, b.finish(b.add(OpKind::Sub, {b.random_constant(Shape{5}), x})))),
            "Input Conv2D Sub");
}

}  // namespace
}  // namespace slimc::testing
