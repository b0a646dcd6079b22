#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

TEST(SinkReshape, BehindPerChannelOps) {
  GraphBuilder b(Shape{2, 1, 1, 8});
  Value x = b.reshape(b.conv(b.input(), 1, 5), Shape{2, 5});
  x = b.add(OpKind::BiasAdd, {x, b.random_constant(Shape{5})});
  x = b.batch_norm(x);
  x = b.relu6(x);
  x = b.add(OpKind::Softmax, {x});
  const Graph after = run(sink_reshape, b.finish(x));
  EXPECT_EQ(kinds(after), "Input Conv2D BiasAdd BatchNorm Relu6 Softmax Reshape");
  EXPECT_EQ(after.op(after.output()).shape, (Shape{2, 5}));
}

TEST(SinkReshape, BehindArithmeticWithConstantsOnEitherSide) {
  GraphBuilder b(Shape{2, 1, 1, 5});
  Value x = b.reshape(b.input(), Shape{2, 5});
  x = b.add(OpKind::Mul, {x, b.random_constant(Shape{1, 5})});
  x = b.add(OpKind::Sub, {b.random_constant(Shape{5}), x});
  x = b.add(OpKind::Add, {b.scalar(2), x});
  x = b.add(OpKind::Div, {x, b.random_constant(Shape{5}, 1, 2)});
  EXPECT_EQ(kinds(run(sink_reshape, b.finish(x))), "Input Mul Sub Add Div Reshape");
}

TEST(SinkReshape, SeveralReshapesEndAsOne) {
  GraphBuilder b(Shape{2, 1, 1, 5});
  Value x = b.relu6(b.reshape(b.input(), Shape{2, 5}));
  x = b.relu6(b.reshape(x, Shape{1, 2, 5}));
  EXPECT_EQ(kinds(run(sink_reshape, b.finish(x))), "Input Relu6 Relu6 Reshape");
}

TEST(SinkReshape, VanishesWhereTheShapeComesBack) {
  GraphBuilder b(Shape{2, 1, 1, 5});
  const Value x = b.relu6(b.reshape(b.input(), Shape{2, 5}));
  EXPECT_EQ(kinds(run(sink_reshape, b.finish(b.reshape(x, Shape{2, 1, 1, 5})))), "Input Relu6");
}

TEST(SinkReshape, NotWhereChannelsChange) {
  GraphBuilder b(Shape{1, 2, 2, 4});
  const Value x = b.reshape(b.input(), Shape{1, 16});
  const Value y = b.add(OpKind::BiasAdd, {x, b.random_constant(Shape{16})});
  EXPECT_EQ(kinds(run(sink_reshape, b.finish(y))), "Input Reshape BiasAdd");
}

TEST(SinkReshape, NotBehindOpsThatLookAtPixels) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value x = b.reshape(b.input(), Shape{1, 2, 8, 3});
  const Value y = b.add(OpKind::MaxPool, {x}, PoolAttributes{.kernel_h = 2, .kernel_w = 2});
  EXPECT_EQ(kinds(run(sink_reshape, b.finish(y))), "Input Reshape MaxPool");
}

TEST(SinkReshape, NotWhereTheOtherSideDiffersByPixel) {
  GraphBuilder b(Shape{1, 2, 2, 3});
  const Value x = b.reshape(b.input(), Shape{4, 3});
  const Value y = b.add(OpKind::Add, {x, b.random_constant(Shape{4, 3})});
  EXPECT_EQ(kinds(run(sink_reshape, b.finish(y))), "Input Reshape Add");
}

TEST(SinkReshape, NotWhereTheOpMakesTheTensorLarger) {
  GraphBuilder b(Shape{1, 1, 1, 1});
  const Value x = b.reshape(b.input(), Shape{1, 1});
  const Value y = b.add(OpKind::Add, {x, b.random_constant(Shape{4})});
  EXPECT_EQ(kinds(run(sink_reshape, b.finish(y))), "Input Reshape Add");
}

TEST(SinkReshape, ForEachUserOfTheReshape) {
  GraphBuilder b(Shape{2, 1, 1, 5});
  const Value logits = b.reshape(b.input(), Shape{2, 5});
  const Value soft = b.add(OpKind::Softmax, {logits});
  const Graph after = run(sink_reshape, b.finish(b.add(OpKind::Add, {soft, logits})));
  EXPECT_EQ(kinds(after), "Input Reshape Softmax Reshape Add");
}

TEST(SinkReshape, MeanKeepsItsDims) {
  GraphBuilder b(Shape{2, 3, 3, 4});
  Value x = b.add(OpKind::Mean, {b.input()}, ReduceAttributes{.keep_dims = false});
  x = b.conv(b.reshape(x, Shape{2, 1, 1, 4}), 1, 5);
  const Graph after = run(sink_reshape, b.finish(x));
  EXPECT_EQ(kinds(after), "Input Mean Conv2D");
  EXPECT_TRUE(only(after, OpKind::Mean).attributes_as<ReduceAttributes>().keep_dims);
}

TEST(SinkReshape, MaxGivesTheShapeItGave) {
  GraphBuilder b(Shape{2, 3, 3, 4});
  const Value x = b.add(OpKind::Max, {b.input()}, ReduceAttributes{.keep_dims = false});
  EXPECT_EQ(kinds(run(sink_reshape, b.finish(b.relu6(x)))), "Input Max Relu6 Reshape");
}

}  // namespace
}  // namespace slimc::testing
