// What the published networks become, and what is refused.
#include <gmock/gmock.h>

#include "compiler/codegen/codegen.h"
#include "compiler/passes/passes.h"
#include "frontend/frontend.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Plan> plan_of(const Graph& graph, const std::string& target_name) {
  SLIMC_ASSIGN(const Target target, parse_target(target_name));
  SLIMC_ASSIGN(const Graph optimised, run_pipeline(graph));
  SLIMC_ASSIGN(const Graph selected, select_stages(optimised, target));
  return lower_to_stages(selected, target);
}

Plan published(double alpha, int resolution, const std::string& target = "x86-64-v3") {
  frontend::MobileNetOptions options;
  options.alpha = alpha;
  options.height = options.width = resolution;
  auto graph = frontend::build_mobilenet(options);
  EXPECT_TRUE(graph) << graph.error().to_string();
  auto plan = plan_of(*graph, target);
  EXPECT_TRUE(plan) << plan.error().to_string();
  return std::move(*plan);
}

TEST(LowerToStages, NamesTheStagesOfMobileNet) {
  std::vector<std::string> names;
  for (const Stage& stage : published(1.0, 224).stages) names.push_back(stage.name);
  EXPECT_THAT(names, ElementsAre("conv_0", "block_1", "block_2", "block_3", "block_4", "block_5",
                                 "block_6", "block_7", "block_8", "block_9", "block_10", "block_11",
                                 "block_12_depthwise", "block_12_pointwise", "block_13_depthwise",
                                 "block_13_pointwise", "pool", "logits", "softmax"));
}

TEST(LowerToStages, CompilesEqualStagesOnce) {
  const Plan plan = published(1.0, 224);
  int block_7 = -1;
  for (const Stage& stage : plan.stages) {
    if (stage.name == "block_7") block_7 = stage.kernel;
    if (stage.name == "block_11") {
      EXPECT_EQ(stage.kernel, block_7);
    }
  }
  EXPECT_GE(block_7, 0);
}

// 112x112x32 beside 112x112x64 is the largest pair: 4.82 MB; with halo rows, scratch and the
// instance the bound is 5.2 MB.
TEST(LowerToStages, PlansMemoryForTheLargestPair) {
  for (const char* target : {"x86-64", "x86-64-v3", "x86-64-v4", "arm64"}) {
    const Plan plan = published(1.0, 224, target);
    EXPECT_GE(plan.arena_bytes, 112 * 112 * (32 + 64) * 4) << target;
    EXPECT_LE(plan.arena_bytes + plan.scratch_bytes, 5'180'000) << target;
  }
}

TEST(LowerToStages, GivesTheDepthwiseItsZeroRows) {
  const Plan plan = published(1.0, 224);
  // conv_0 is read with stride 1: a zero row on either side. block_1 is read with stride 2 on an
  // even size: SAME pads only the bottom.
  EXPECT_EQ(plan.buffers[0].halo_top, 1);
  EXPECT_EQ(plan.buffers[0].halo_bottom, 1);
  EXPECT_EQ(plan.buffers[1].halo_top, 0);
  EXPECT_EQ(plan.buffers[1].halo_bottom, 1);
}

TEST(LowerToStages, CountsMultiplyAdds) {
  EXPECT_NEAR(static_cast<double>(published(1.0, 224).multiply_adds), 568.7e6, 0.1e6);
}

// Every argument of every task stays inside its buffer, halo included.
TEST(LowerToStages, KeepsTasksInsideTheirBuffers) {
  for (const char* target : {"x86-64-v3", "x86-64-v4", "arm64"}) {
    for (const auto& [alpha, resolution] : {std::pair{0.75, 160}, {0.25, 33}, {1.3, 97}}) {
      const Plan plan = published(alpha, resolution, target);
      for (const Stage& stage : plan.stages) {
        for (const Argument& a : stage.arguments) {
          std::int64_t last = 0;
          for (const ArgumentDim& d : a.dims) last += (d.extent - 1) * d.stride;
          last += a.task_step * (stage.tasks - 1);
          SCOPED_TRACE(stage.name + " " + a.name);
          if (a.source == Argument::Source::Arena) {
            const Buffer& b = plan.buffers[static_cast<std::size_t>(a.buffer)];
            EXPECT_GE(a.offset, b.offset);
            EXPECT_LE(a.offset + (last + 1) * 4, b.offset + b.bytes());
          } else if (a.source == Argument::Source::Weights) {
            EXPECT_LE(a.offset + (last + 1) * 4, static_cast<std::int64_t>(plan.weights.size()));
          } else if (a.source == Argument::Source::Scratch) {
            EXPECT_LE((last + 1) * 4, plan.scratch_bytes);
          } else if (a.source == Argument::Source::NetworkOutput) {
            EXPECT_LE(last + 1, plan.output_shape.elements());
          }
        }
      }
    }
  }
}

TEST(LowerToStages, RefusesEveryOpWithoutACompiledForm) {
  Graph graph;
  graph.file = "net.pb";
  Op input;
  input.kind = OpKind::Input;
  input.name = "input";
  input.shape = {1, 8, 8, 3};
  graph.input = graph.add(input);
  Op sqrt;
  sqrt.kind = OpKind::Sqrt;
  sqrt.name = "odd";
  sqrt.inputs = {graph.input};
  graph.output = graph.add(sqrt);
  const auto plan = lower_to_stages(graph, *parse_target("x86-64-v3"));
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().to_string(),
              HasSubstr("net.pb: node 'odd': Sqrt has no compiled form at this place"));
}

}  // namespace
}  // namespace slimc
