#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

TEST(DropIdentity, DropsIdentityAndDropout) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value read = b.add(OpKind::Identity, {b.random_constant(Shape{1, 1, 3, 2})});
  const Value x = b.add(OpKind::Identity, {b.input()});
  const Value conv = b.add(OpKind::Conv2D, {x, read}, ConvolutionAttributes{});
  const Value dropped = b.add(OpKind::Dropout, {b.add(OpKind::Identity, {conv})});
  EXPECT_EQ(kinds(run(drop_identity, b.finish(dropped))), "Input Conv2D");
}

TEST(DropIdentity, DropsReshapesToTheSameShape) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  EXPECT_EQ(kinds(run(drop_identity, b.finish(b.reshape(b.input(), Shape{1, 4, 4, 3})))), "Input");
}

TEST(DropIdentity, KeepsTheLastOfSeveralReshapes) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value flat = b.reshape(b.input(), Shape{48});
  const Graph after = run(drop_identity, b.finish(b.reshape(flat, Shape{16, 3})));
  EXPECT_EQ(kinds(after), "Input Reshape");
}

TEST(DropIdentity, DropsReshapesThereAndBack) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value flat = b.reshape(b.input(), Shape{48});
  EXPECT_EQ(kinds(run(drop_identity, b.finish(b.reshape(flat, Shape{1, 4, 4, 3})))), "Input");
}

TEST(DropIdentity, KeepsAReshapeThatOthersUse) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value flat = b.reshape(b.input(), Shape{1, 48});
  const Value soft = b.add(OpKind::Softmax, {flat});
  const Value other = b.reshape(flat, Shape{48});
  const Graph after = run(drop_identity, b.finish(b.add(OpKind::Add, {soft, other})));
  EXPECT_EQ(kinds(after), "Input Reshape Softmax Reshape Add");
}

}  // namespace
}  // namespace slimc::testing
