// Which outputs are classes.
#include <gtest/gtest.h>

#include "tests/common/graph_builder.h"
#include "tests/plan/published.h"

namespace slimc {
namespace {

using testing::GraphBuilder;

Plan plan_of(const Graph& graph) {
  auto plan = testing::plan_of(graph, "x86-64-v3");
  EXPECT_TRUE(plan) << plan.error().to_string();
  return std::move(*plan);
}

TEST(Classes, AreWhatASoftmaxOrAClassifierGives) {
  EXPECT_EQ(classes(testing::published(0.25, 32)), 1001);
  GraphBuilder b({1, 8, 8, 3});
  Value x = b.add(OpKind::Mean, {b.conv(b.input(), 3, 8)}, ReduceAttributes{.keep_dims = true});
  x = b.reshape(b.conv(x, 1, 10), {1, 10});
  EXPECT_EQ(classes(plan_of(b.finish(x))), 10);
}

TEST(Classes, MayStandInFrontOfThePixelThatTheyAreOf) {
  for (const std::int64_t batch : {1, 2}) {
    GraphBuilder b({batch, 8, 8, 3});
    Value x = b.add(OpKind::Mean, {b.conv(b.input(), 3, 8)}, ReduceAttributes{.keep_dims = true});
    x = b.add(OpKind::Softmax, {b.conv(x, 1, 10)});
    EXPECT_EQ(classes(plan_of(b.finish(b.reshape(x, {batch, 10, 1, 1})))), 10);
  }
}

TEST(Classes, AreNoPooledFeaturesAndNoImage) {
  GraphBuilder b({1, 8, 8, 3});
  const Value features = b.conv(b.input(), 3, 8);
  EXPECT_EQ(classes(plan_of(b.finish(features))), std::nullopt);
  const Value pooled = b.add(OpKind::Mean, {features}, ReduceAttributes{.keep_dims = true});
  EXPECT_EQ(classes(plan_of(b.finish(b.reshape(pooled, {1, 8})))), std::nullopt);
}

TEST(ComputingStage, IsInFrontOfACopyThatDropsPadding) {
  GraphBuilder b({1, 8, 8, 3});
  const Plan plan = plan_of(b.finish(b.conv(b.conv(b.input(), 3, 8), 1, 13)));
  EXPECT_EQ(plan.stages.back().shape.kind, StageKind::Copy);
  EXPECT_EQ(computing_stage(plan, 0).shape.kind, StageKind::Pointwise);
  EXPECT_EQ(output_elements(plan), 8 * 8 * 13);
  EXPECT_TRUE(reads_input(plan.stages.front()));
  EXPECT_FALSE(reads_input(plan.stages.back()));
}

}  // namespace
}  // namespace slimc
