// What the published networks become, and what is refused.
#include "compiler/plan/make_plan.h"

#include <gmock/gmock.h>

#include "compiler/passes/passes.h"
#include "compiler/plan/library.h"
#include "compiler/text/write_header.h"
#include "tests/plan/published.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using testing::published;

TEST(MakePlan, NamesTheStagesOfMobileNet) {
  std::vector<std::string> names;
  for (const Stage& stage : published(1.0, 224).stages) names.push_back(stage.name);
  EXPECT_THAT(names, ElementsAre("conv_0", "block_1", "block_2", "block_3", "block_4", "block_5",
                                 "block_6", "block_7", "block_8", "block_9", "block_10", "block_11",
                                 "block_12_depthwise", "block_12_pointwise", "block_13_depthwise",
                                 "block_13_pointwise", "pool", "logits", "softmax"));
}

TEST(MakePlan, CompilesEqualStagesOnce) {
  const Plan plan = published(1.0, 224);
  int block_7 = -1;
  for (const Stage& stage : plan.stages) {
    if (stage.name == "block_7") block_7 = stage.variants[0].kernel;
    if (stage.name == "block_11") {
      EXPECT_EQ(stage.variants[0].kernel, block_7);
    }
  }
  EXPECT_GE(block_7, 0);
}

// 112x112x32 beside 112x112x64 is the largest pair: 4.82 MB; halo rows, the scratch of the stage
// between them and the instance come on top.
TEST(MakePlan, PlansMemoryForTheLargestPair) {
  for (const char* target : {"x86-64", "x86-64-v3", "x86-64-v4", "arm64"}) {
    Library library;
    library.targets.push_back(
        {.target = *parse_target(target), .plan = published(1.0, 224, target)});
    const Plan& plan = library.plan();
    EXPECT_GE(plan.arena_bytes, 112 * 112 * (32 + 64) * 4) << target;
    EXPECT_LE(memory_bytes(library, 1), 5'000'000) << target;
    EXPECT_EQ(memory_bytes(library, 3) - memory_bytes(library, 2), plan.scratch_bytes + 64)
        << target;
  }
}

TEST(MakePlan, GivesTheDepthwiseItsZeroRows) {
  const Plan plan = published(1.0, 224);
  // conv_0 is read with stride 1: a zero row on either side. block_1 is read with stride 2 on an
  // even size: SAME pads only the bottom.
  EXPECT_EQ(plan.buffers[0].halo_top, 1);
  EXPECT_EQ(plan.buffers[0].halo_bottom, 1);
  EXPECT_EQ(plan.buffers[1].halo_top, 0);
  EXPECT_EQ(plan.buffers[1].halo_bottom, 1);
}

TEST(MakePlan, CountsMultiplyAdds) {
  EXPECT_NEAR(static_cast<double>(published(1.0, 224).multiply_adds), 568.7e6, 0.1e6);
}

TEST(MakePlan, PassesTheVerifier) {
  for (const char* target : {"x86-64-v3", "x86-64-v4", "arm64"}) {
    for (const auto& [alpha, resolution] : {std::pair{0.75, 160}, {0.25, 33}, {1.3, 97}}) {
      EXPECT_THAT(verify(published(alpha, resolution, target)), IsEmpty());
    }
  }
}

TEST(MakePlan, RefusesEveryOpWithoutACompiledForm) {
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
  graph.set_output(graph.add(sqrt));
  const auto plan = make_plan(graph, *parse_target("x86-64-v3"), {});
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().to_string(),
              HasSubstr("net.pb: node 'odd': Sqrt has no compiled form at this place"));
}

// The copy's weights are the square of the channels: 40 GB here.
TEST(MakePlan, RefusesToCopyAnImageOfAHundredThousandChannels) {
  Graph graph;
  graph.file = "net.pb";
  graph.input = graph.add({.kind = OpKind::Input, .name = "input", .shape = {1, 1, 1, 100'003}});
  graph.set_output(
      graph.add({.kind = OpKind::Softmax, .name = "classes", .inputs = {graph.input}}));
  const auto plan = make_plan(graph, *parse_target("x86-64-v3"), {});
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().to_string(),
              HasSubstr("net.pb: node 'classes': reads the image of 100003 channels"));
}

}  // namespace
}  // namespace slimc
