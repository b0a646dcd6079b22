#include "compiler/reference/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/graph_builder.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;
using testing::GraphBuilder;

// relu(x) + x * 2, where x is used by two ops and by one long after the other.
Graph two_paths() {
  GraphBuilder b(Shape{1, 1, 1, 2});
  const Value doubled = b.add(OpKind::Mul, {b.input(), b.scalar(2)});
  const Value relu = b.add(OpKind::Relu, {b.input()});
  b.add(OpKind::Relu6, {relu});  // nobody needs it
  return b.finish(b.add(OpKind::Add, {relu, doubled}));
}

TEST(Evaluate, FollowsTheGraph) {
  EXPECT_THAT(reference::evaluate(two_paths(), {{1, 1, 1, 2}, {-1, 4}}).data, ElementsAre(-2, 12));
}

TEST(Evaluate, AllGivesEveryOpsResult) {
  const auto values = reference::evaluate_all(two_paths(), {{1, 1, 1, 2}, {-1, 8}});
  ASSERT_EQ(values.size(), 6u);
  EXPECT_THAT(values[0].data, ElementsAre(-1, 8));
  EXPECT_THAT(values[1].data, ElementsAre(2));
  EXPECT_THAT(values[2].data, ElementsAre(-2, 16));
  EXPECT_THAT(values[3].data, ElementsAre(0, 8));
  EXPECT_THAT(values[4].data, ElementsAre(0, 6));
  EXPECT_THAT(values[5].data, ElementsAre(-2, 24));
}

TEST(Evaluate, TheOutputMayBeInTheMiddle) {
  Graph graph = two_paths();
  graph.set_output(Value{3});
  EXPECT_THAT(reference::evaluate(graph, {{1, 1, 1, 2}, {-1, 8}}).data, ElementsAre(0, 8));
  graph.set_output(graph.input);
  EXPECT_THAT(reference::evaluate(graph, {{1, 1, 1, 2}, {-1, 8}}).data, ElementsAre(-1, 8));
}

TEST(Evaluate, TwoOutputsMayBeOneValue) {
  Graph graph = two_paths();
  graph.outputs = {{"a", Value{3}}, {"b", Value{3}}};
  for (const auto& result : reference::evaluate_outputs(graph, {{1, 1, 1, 2}, {-1, 8}})) {
    EXPECT_THAT(result.data, ElementsAre(0, 8));
  }
}

TEST(Evaluate, NarrowRoundsAndWidenDoesNot) {
  const Tensor narrow = reference::narrow({{2}, {0.1, 1.0 + 1e-12}});
  EXPECT_THAT(narrow.data, ElementsAre(0.1f, 1.0f));
  EXPECT_THAT(reference::widen(narrow).data, ElementsAre(static_cast<double>(0.1f), 1.0));
}

TEST(EvaluateDeathTest, RefusesAnotherShape) {
  EXPECT_DEATH(reference::evaluate(two_paths(), {{1, 1, 1, 3}, {1, 2, 3}}),
               "takes \\[1,1,1,2\\], not \\[1,1,1,3\\]");
}

}  // namespace
}  // namespace slimc
