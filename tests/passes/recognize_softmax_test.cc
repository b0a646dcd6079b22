#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

Value exponentials(GraphBuilder& b, Value x, bool subtracts_maximum) {
  if (subtracts_maximum) {
    x = b.add(OpKind::Sub, {x, b.add(OpKind::MaxChannels, {x})});
  }
  return b.add(OpKind::Exp, {x});
}

TEST(RecognizeSoftmax, WithAndWithoutTheMaximum) {
  for (const bool subtracts_maximum : {false, true}) {
    GraphBuilder b(Shape{2, 1, 1, 7});
    const Value e = exponentials(b, b.input(), subtracts_maximum);
    const Value sum = b.add(OpKind::SumChannels, {e});
    const Graph after = run(recognize_softmax, b.finish(b.add(OpKind::Div, {e, sum})), 1e-12);
    EXPECT_EQ(kinds(after), "Input Softmax");
  }
}

TEST(RecognizeSoftmax, TimesTheReciprocal) {
  GraphBuilder b(Shape{1, 2, 2, 5});
  const Value e = exponentials(b, b.input(), true);
  const Value sum = b.add(OpKind::SumChannels, {e});
  const Value reciprocal = b.add(OpKind::Div, {b.scalar(1), sum});
  const Graph after = run(recognize_softmax, b.finish(b.add(OpKind::Mul, {reciprocal, e})), 1e-12);
  EXPECT_EQ(kinds(after), "Input Softmax");
}

TEST(RecognizeSoftmax, SumsOfSomethingElseStay) {
  GraphBuilder b(Shape{1, 1, 1, 5});
  const Value e = exponentials(b, b.input(), false);
  const Value other = exponentials(b, b.relu6(b.input()), false);
  const Graph after = run(recognize_softmax,
                          b.finish(b.add(OpKind::Div, {e, b.add(OpKind::SumChannels, {other})})));
  EXPECT_EQ(kinds(after).find("Softmax"), std::string::npos) << kinds(after);
}

// x - max(y) is not what softmax is blind to.
TEST(RecognizeSoftmax, TheMaximumMustBeOfTheSame) {
  GraphBuilder b(Shape{1, 1, 1, 5});
  const Value other = b.add(OpKind::MaxChannels, {b.relu6(b.input())});
  const Value e = b.add(OpKind::Exp, {b.add(OpKind::Sub, {b.input(), other})});
  const Graph after = run(
      recognize_softmax, b.finish(b.add(OpKind::Div, {e, b.add(OpKind::SumChannels, {e})})), 1e-12);
  EXPECT_EQ(kinds(after), "Input Relu6 MaxChannels Sub Softmax");
}

}  // namespace
}  // namespace slimc::testing
