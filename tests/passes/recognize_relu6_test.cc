#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

// Inputs range over -4..4, so 6 must be reachable: the graphs multiply by 3 first.
struct RecognizeRelu6 : ::testing::Test {
  Value x() { return b.add(OpKind::Mul, {b.input(), b.scalar(3)}); }
  Value max(Value value, float k) { return b.add(OpKind::Maximum, {value, b.scalar(k)}); }
  Value min(Value value, float k) { return b.add(OpKind::Minimum, {value, b.scalar(k)}); }
  Value relu(Value value) { return b.add(OpKind::Relu, {value}); }
  std::string recognize(Value output) { return kinds(run(recognize_relu6, b.finish(output))); }
  GraphBuilder b{Shape{1, 5, 5, 3}};
};

TEST_F(RecognizeRelu6, MinimumOfMaximum) {
  EXPECT_EQ(recognize(min(max(x(), 0), 6)), "Input Mul Relu6");
}

TEST_F(RecognizeRelu6, MaximumOfMinimum) {
  EXPECT_EQ(recognize(max(min(x(), 6), 0)), "Input Mul Relu6");
}

TEST_F(RecognizeRelu6, MinimumOfRelu) {
  EXPECT_EQ(recognize(min(relu(x()), 6)), "Input Mul Relu6");
}

TEST_F(RecognizeRelu6, ReluOfMinimum) {
  EXPECT_EQ(recognize(relu(min(x(), 6))), "Input Mul Relu6");
}

TEST_F(RecognizeRelu6, ReluAndClip) {
  EXPECT_EQ(recognize(max(min(relu(x()), 6), 0)), "Input Mul Relu6");
}

TEST_F(RecognizeRelu6, Relu6Twice) {
  EXPECT_EQ(recognize(b.relu6(b.relu6(x()))), "Input Mul Relu6");
}

TEST_F(RecognizeRelu6, ReluInFrontOfRelu6) {
  EXPECT_EQ(recognize(b.relu6(relu(x()))), "Input Mul Relu6");
}

TEST_F(RecognizeRelu6, ConstantOnTheLeftAndPerChannel) {
  const Value sixes = b.constant(Shape{1, 1, 1, 3}, {6, 6, 6});
  const Value low = b.add(OpKind::Maximum, {b.scalar(0), x()});
  EXPECT_EQ(recognize(b.add(OpKind::Minimum, {sixes, low})), "Input Mul Relu6");
}

TEST_F(RecognizeRelu6, MaximumWithZeroIsRelu) {
  EXPECT_EQ(recognize(max(x(), 0)), "Input Mul Relu");
}

TEST_F(RecognizeRelu6, OtherBoundsBecomeAClip) {
  EXPECT_EQ(recognize(min(max(x(), -1), 6)), "Input Mul Activate");
  EXPECT_EQ(recognize(max(min(x(), 5), 0)), "Input Mul Activate");
  EXPECT_EQ(recognize(min(b.relu6(x()), 3)), "Input Mul Activate");
  EXPECT_EQ(recognize(max(x(), -1)), "Input Mul Activate");
}

TEST_F(RecognizeRelu6, LeavesBoundsThatDifferByChannelAlone) {
  const Value highs = b.constant(Shape{3}, {6, 6, 5});
  EXPECT_EQ(recognize(b.add(OpKind::Minimum, {relu(x()), highs})), "Input Mul Relu Minimum");
}

TEST_F(RecognizeRelu6, LeavesMinimumOfTwoValuesAlone) {
  EXPECT_EQ(recognize(b.add(OpKind::Minimum, {relu(x()), b.input()})), "Input Mul Relu Minimum");
}

TEST_F(RecognizeRelu6, DoesNotTakeAConstantThatBroadcasts) {
  GraphBuilder one(Shape{8, 1, 1, 1});
  const Value zeros = one.constant(Shape{1, 1, 1, 5}, {0, 0, 0, 0, 0});
  const Value y = one.add(OpKind::Maximum, {one.input(), zeros});
  EXPECT_EQ(kinds(run(recognize_relu6, one.finish(y))), "Input Maximum");
}

TEST_F(RecognizeRelu6, AnInnerLinkWithAnotherUserStays) {
  const Value low = relu(x());
  const Value high = min(low, 6);
  EXPECT_EQ(recognize(b.add(OpKind::Add, {low, high})), "Input Mul Relu Relu6 Add");
}

}  // namespace
}  // namespace slimc::testing
