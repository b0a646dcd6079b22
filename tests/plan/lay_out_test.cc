// How results lie in memory, and what kernels are called with.
#include "compiler/plan/lay_out.h"

#include <gmock/gmock.h>

#include "compiler/plan/form_stages.h"
#include "tests/common/graph_builder.h"
#include "tests/plan/published.h"

namespace slimc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::GraphBuilder;
using ::testing::Pair;

Plan laid_out(const Graph& imported, const Precision& precision = {}) {
  const Target target = *parse_target("x86-64-v3");
  const auto graph = run_pipeline(imported);
  EXPECT_TRUE(graph) << graph.error().to_string();
  const auto stages = form_stages(*graph);
  EXPECT_TRUE(stages) << stages.error().to_string();
  const auto schedule = choose_schedule(*graph, *stages, target, {.use_checked_in_records = false});
  EXPECT_TRUE(schedule) << schedule.error().to_string();
  auto plan = lay_out(*graph, *stages, *schedule, precision);
  EXPECT_TRUE(plan) << plan.error().to_string();
  return std::move(*plan);
}

Value block(GraphBuilder& b, Value x, std::int64_t channels) {
  return b.relu6(b.conv(b.relu6(b.depthwise(x, 3)), 1, channels));
}

TEST(LayOut, TellsTheGeneratorEachArgumentsDimensions) {
  GraphBuilder b({1, 8, 8, 3});
  const Plan plan = laid_out(b.finish(b.conv(b.conv(b.input(), 3, 16), 1, 24)));
  const Stage& pointwise = plan.stages[1];
  const StageVariant& variant = pointwise.variants[0];
  const Kernel& kernel = plan.kernels[static_cast<std::size_t>(variant.kernel)];
  for (const Argument& argument : variant.arguments) {
    std::string dims;
    for (const ArgumentDim& dim : argument.dims) {
      dims +=
          (dims.empty() ? "" : ",") + std::to_string(dim.extent) + ":" + std::to_string(dim.stride);
    }
    EXPECT_THAT(kernel.parameters, Contains(Pair(argument.name + "_dims", dims)));
  }
}

// 256 floats are a kilobyte: the lines of a column would share a set of the cache.
TEST(LayOut, LeavesAGapBehindPixelsThatADepthwiseWalks) {
  GraphBuilder b({1, 4, 4, 3});
  const Value x = b.relu6(b.conv(b.input(), 3, 256));
  const Plan walked = laid_out(b.finish(block(b, x, 8)));
  EXPECT_EQ(walked.buffers[0].channel_stride, 256 + 16);
  GraphBuilder other({1, 4, 4, 3});
  const Plan not_walked =
      laid_out(other.finish(other.conv(other.relu6(other.conv(other.input(), 3, 256)), 1, 8)));
  EXPECT_EQ(not_walked.buffers[0].channel_stride, 256);
}

TEST(LayOut, DescribesWeightsOnceForBothVariants) {
  GraphBuilder b({1, 8, 8, 3});
  Graph graph = b.finish(b.conv(b.input(), 3, 8));
  EXPECT_EQ(laid_out(graph).weights.size(), 2u);  // and the bias
  graph.pixels.order = ChannelOrder::Bgr;
  const Plan reversed = laid_out(graph);
  ASSERT_EQ(reversed.weights.size(), 3u);
  EXPECT_EQ(reversed.weights[2].layout.reversed_in_channels, 3);
  EXPECT_EQ(reversed.weights_bytes, reversed.weights[2].offset + reversed.weights[2].bytes());
}

TEST(LayOut, KeepsABufferUntilItsLastReader) {
  GraphBuilder b({1, 8, 8, 3});
  const Value x = b.relu6(b.conv(b.input(), 3, 8));
  const Plan plan = laid_out(b.finish(b.conv(b.add(OpKind::Add, {x, block(b, x, 8)}), 1, 5)));
  EXPECT_EQ(plan.stages[2].shape.kind, StageKind::Add);
  EXPECT_THAT(plan.stages[2].inputs, ElementsAre(0, 1));
  EXPECT_EQ(plan.buffers[0].last_stage, 2);
}

TEST(LayOut, StoresHalvesWhereThePrecisionSays) {
  GraphBuilder b({1, 8, 8, 3});
  const Plan plan =
      laid_out(b.finish(b.conv(b.conv(b.input(), 3, 8), 1, 5)), {.weights = ElementType::Float16});
  EXPECT_EQ(plan.weights[0].type, ElementType::Float32);
  EXPECT_EQ(plan.weights[2].type, ElementType::Float16);
  EXPECT_EQ(plan.weights[3].type, ElementType::Float32);
}

}  // namespace
}  // namespace slimc
