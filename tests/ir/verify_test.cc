#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "ir/graph.h"
#include "tests/common/graph_builder.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// %0 Input, %1 weights, %2 Conv2D, %3 Relu6: a graph without a fault, to be broken by each test.
struct Broken : ::testing::Test {
  Broken() {
    testing::GraphBuilder b(Shape{1, 8, 8, 3});
    const Value conv = b.conv(b.input(), 3, 4);
    graph = b.finish(b.relu6(conv));
  }
  Op& op(int i) { return graph.op(Value{i}); }
  Graph graph;
};

TEST_F(Broken, NotYet) { EXPECT_THAT(verify(graph), IsEmpty()); }

TEST_F(Broken, UseOfALaterOp) {
  op(2).inputs[0] = Value{3};
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("'Conv2D_2': uses %3, which is not in front")));
}

TEST_F(Broken, UseOfNothing) {
  op(3).inputs[0] = Value{};
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("uses %-1")));
}

TEST_F(Broken, UseBeyondTheEnd) {
  op(3).inputs[0] = Value{17};
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("uses %17")));
}

TEST_F(Broken, NameTwice) {
  op(3).name = op(2).name;
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("not unique")));
}

TEST_F(Broken, NoName) {
  op(3).name = "";
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("has no name")));
}

TEST_F(Broken, TwoInputs) {
  Op second = op(0);
  second.name = "another";
  graph.add(second);
  EXPECT_THAT(verify(graph), ElementsAre("the graph has 2 Inputs, not one"));
}

TEST_F(Broken, InputThatIsNone) {
  graph.input = Value{1};
  EXPECT_THAT(verify(graph), ElementsAre("graph.input is not an Input"));
}

TEST_F(Broken, InputThatIsNoImage) {
  testing::GraphBuilder b(Shape{1, 8});
  EXPECT_THAT(verify(b.finish(b.input())), ElementsAre(HasSubstr("must have 4 dimensions")));
}

TEST_F(Broken, OutputThatIsNone) {
  graph.outputs = {{"out", Value{4}}};
  EXPECT_THAT(verify(graph), ElementsAre("output 'out' is not in the graph"));
}

TEST_F(Broken, Arity) {
  op(2).inputs.pop_back();
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("Conv2D takes 2 to 3 inputs, found 1")));
}

TEST_F(Broken, AttributesOfAnotherOp) {
  op(2).attributes = PoolAttributes{};
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("attributes of another kind")));
}

TEST_F(Broken, ShapeThatInputsDoNotGive) {
  op(3).shape = Shape{1, 8, 8, 5};
  EXPECT_THAT(verify(graph),
              ElementsAre(HasSubstr("its shape is [1,8,8,5], but its inputs say [1,8,8,4]")));
}

TEST_F(Broken, InputsThatDoNotFit) {
  op(0).shape = Shape{1, 8, 8, 7};
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("do not fit an input of 7 channels")));
}

TEST_F(Broken, EmptyShape) {
  op(0).shape = Shape{1, 0, 8, 3};
  EXPECT_THAT(verify(graph), ::testing::Contains(HasSubstr("has a dimension below 1")));
}

TEST_F(Broken, ConstantOfWrongSize) {
  op(1).constant = std::make_shared<Tensor>(Tensor{op(1).shape, {1, 2, 3}});
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("holds 3 numbers, but its shape [3,3,3,4] "
                                                   "needs 108")));
}

TEST_F(Broken, ConstantOfAnotherShape) {
  op(1).constant = std::make_shared<Tensor>(Tensor{Shape{108}, std::vector<float>(108)});
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("its shape is [3,3,3,4]")));
}

TEST_F(Broken, ConstantWithoutValue) {
  op(1).constant = nullptr;
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("without a value")));
}

TEST_F(Broken, ValueOfAnOpThatIsNoConstant) {
  op(3).constant = op(1).constant;
  EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("not a Constant")));
}

TEST_F(Broken, NumbersThatAreNotFinite) {
  for (const float bad :
       {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    Tensor tensor = *op(1).constant;
    tensor.data[40] = bad;
    op(1).constant = std::make_shared<Tensor>(tensor);
    EXPECT_THAT(verify(graph), ElementsAre(HasSubstr("element 40 is")));
  }
}

TEST_F(Broken, AllProblemsAtOnce) {
  op(2).inputs.pop_back();
  op(3).name = "";
  graph.outputs = {{"out", Value{}}};
  EXPECT_EQ(verify(graph).size(), 3u);
}

TEST(GraphDeathTest, AddRefusesWhatIsNotInTheGraph) {
  Graph graph;
  Op op;
  op.kind = OpKind::Relu;
  op.name = "lonely";
  op.inputs = {Value{0}};
  EXPECT_DEATH(graph.add(op), "'lonely' uses a value that is not in the graph");
}

TEST(GraphDeathTest, AddRefusesShapesThatDoNotFit) {
  testing::GraphBuilder b(Shape{1, 8, 8, 3});
  const Value bias = b.random_constant(Shape{4});
  EXPECT_DEATH(b.add(OpKind::BiasAdd, {b.input(), bias}), "bias \\[4\\] does not fit 3 channels");
}

}  // namespace
}  // namespace slimc
