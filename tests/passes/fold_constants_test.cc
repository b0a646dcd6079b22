#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(FoldConstants, ComputesWhatNeedsNoInput) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Graph after = run(fold_constants, b.finish(b.keras_batch_norm(b.input())), kRounded);
  EXPECT_EQ(kinds(after), "Input Mul Add");
  EXPECT_EQ(count(after, OpKind::Constant), 2);
}

TEST(FoldConstants, RoundsOnce) {
  GraphBuilder b(Shape{1, 1, 1, 1});
  // In float, 1e8 + 1 - 1e8 is 0.
  const Value sum = b.add(OpKind::Add, {b.scalar(1e8f), b.scalar(1)});
  const Value one = b.add(OpKind::Sub, {sum, b.scalar(1e8f)});
  const Graph after = run(fold_constants, b.finish(b.add(OpKind::Mul, {b.input(), one})));
  EXPECT_EQ(only(after, OpKind::Constant).constant->data, (std::vector<float>{1}));
}

TEST(FoldConstants, FoldsAConstantOutput) {
  GraphBuilder b(Shape{1, 1, 1, 1});
  const Graph after = run(fold_constants, b.finish(b.add(OpKind::Sqrt, {b.scalar(9)})));
  EXPECT_EQ(kinds(after), "Input");
  EXPECT_EQ(after.constant(after.output()).data, (std::vector<float>{3}));
}

TEST(FoldConstants, InfinityOnTheWayIsFine) {
  GraphBuilder b(Shape{1, 1, 1, 1});
  const Value infinity = b.add(OpKind::Div, {b.scalar(1), b.scalar(0)});
  const Value zero = b.add(OpKind::Div, {b.scalar(1), infinity});
  EXPECT_EQ(kinds(run(fold_constants, b.finish(b.add(OpKind::Add, {b.input(), zero})))),
            "Input Add");
}

TEST(FoldConstants, NamesTheNodeThatGivesNoNumber) {
  GraphBuilder b(Shape{1, 1, 1, 2});
  const Value variance = b.constant(Shape{2}, {1, -2});
  const Value root = b.add(OpKind::Rsqrt, {variance}, {}, "bn/Rsqrt");
  const auto after = fold_constants(b.finish(b.add(OpKind::Mul, {b.input(), root})));
  ASSERT_FALSE(after);
  EXPECT_THAT(after.error().to_string(),
              AllOf(HasSubstr("test.pb: node 'bn/Rsqrt': "), HasSubstr("in element 1")));
  EXPECT_EQ(after.error().blame(), Blame::Input);
}

// Two vectors of 8192 numbers make a matrix of 64 million.
TEST(FoldConstants, HasALimit) {
  GraphBuilder b(Shape{1, 1, 1, 1});
  const Value column = b.random_constant(Shape{8192, 1});
  const Value row = b.random_constant(Shape{1, 8192});
  const Value product = b.add(OpKind::Mul, {column, row}, {}, "product");
  const auto after = fold_constants(b.finish(b.add(OpKind::Add, {b.input(), product})));
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().to_string(),
            "test.pb: node 'product': Mul of constants, with those in front of it, takes more than "
            "16777216 elements or 268435456 multiply-adds");
}

}  // namespace
}  // namespace slimc::testing
