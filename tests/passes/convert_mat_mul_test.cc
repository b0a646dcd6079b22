#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

TEST(ConvertMatMul, BecomesAPointwiseConvolution) {
  GraphBuilder b(Shape{2, 3, 3, 8});
  const Value mean = b.add(OpKind::Mean, {b.input()}, ReduceAttributes{});
  const Value y = b.add(OpKind::MatMul, {mean, b.random_constant(Shape{8, 5})}, {}, "fc");
  const Graph after = run(convert_mat_mul, b.finish(y));
  EXPECT_EQ(kinds(after), "Input Mean Reshape Conv2D Reshape");
  const Op& conv = only(after, OpKind::Conv2D);
  EXPECT_EQ(conv.name, "fc");
  EXPECT_EQ(conv.shape, (Shape{2, 1, 1, 5}));
  EXPECT_EQ(after.op(conv.inputs[1]).shape, (Shape{1, 1, 8, 5}));
}

TEST(ConvertMatMul, UndoesTheReshapeInFront) {
  GraphBuilder b(Shape{2, 1, 1, 8});
  const Value flat = b.reshape(b.input(), Shape{2, 8});
  const Value y = b.add(OpKind::MatMul, {flat, b.random_constant(Shape{8, 5})});
  EXPECT_EQ(kinds(run(convert_mat_mul, b.finish(y))), "Input Conv2D Reshape");
}

TEST(ConvertMatMul, FlattensPixelsIntoChannels) {
  GraphBuilder b(Shape{2, 3, 3, 4});
  const Value flat = b.reshape(b.input(), Shape{2, 36});
  const Value y = b.add(OpKind::MatMul, {flat, b.random_constant(Shape{36, 5})});
  EXPECT_EQ(kinds(run(convert_mat_mul, b.finish(y))), "Input Reshape Conv2D Reshape");
}

TEST(ConvertMatMul, LeavesWeightsThatAreComputedAlone) {
  GraphBuilder b(Shape{4, 1, 1, 4});
  const Value flat = b.reshape(b.input(), Shape{4, 4});
  EXPECT_EQ(kinds(run(convert_mat_mul, b.finish(b.add(OpKind::MatMul, {flat, flat})))),
            "Input Reshape MatMul");
}

}  // namespace
}  // namespace slimc::testing
