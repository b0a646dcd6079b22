// What the published networks become, and what is refused.
#include <gmock/gmock.h>

#include "compiler/build/codegen.h"
#include "compiler/passes/passes.h"
#include "compiler/plan/plan_memory.h"
#include "frontend/mobilenet/mobilenet.h"

namespace slimc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Result<Plan> plan_of(const Graph& graph, const std::string& target_name) {
  CompileOptions options;
  SLIMC_ASSIGN(options.target, parse_target(target_name));
  SLIMC_ASSIGN(const Graph optimised, run_pipeline(graph));
  SLIMC_ASSIGN(const Graph selected, select_stages(optimised, options));
  SLIMC_ASSIGN(Plan plan, lower_to_stages(selected, options));
  plan_memory(plan);
  return plan;
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
    if (stage.name == "block_7") block_7 = stage.variants[0].kernel;
    if (stage.name == "block_11") {
      EXPECT_EQ(stage.variants[0].kernel, block_7);
    }
  }
  EXPECT_GE(block_7, 0);
}

// 112x112x32 beside 112x112x64 is the largest pair: 4.82 MB; halo rows, the scratch of the stage
// between them and the instance come on top.
TEST(LowerToStages, PlansMemoryForTheLargestPair) {
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

TEST(LowerToStages, PassesTheVerifier) {
  for (const char* target : {"x86-64-v3", "x86-64-v4", "arm64"}) {
    for (const auto& [alpha, resolution] : {std::pair{0.75, 160}, {0.25, 33}, {1.3, 97}}) {
      EXPECT_THAT(verify(published(alpha, resolution, target)), IsEmpty());
    }
  }
}

// Each change alone, and the words that the verifier must find for it.
TEST(VerifyPlan, FindsWhatIsBroken) {
  const Plan good = published(0.25, 128);
  const auto expect_problem = [&good](auto change, const char* words) {
    Plan plan = good;
    change(plan);
    EXPECT_THAT(verify(plan), Contains(HasSubstr(words))) << words;
  };
  expect_problem([](Plan& p) { p.buffers[1].offset = p.buffers[0].offset; }, "share memory");
  expect_problem([](Plan& p) { p.buffers[0].offset = 4; }, "of an arena of");
  expect_problem([](Plan& p) { p.arena_bytes -= 64; }, "of an arena of");
  expect_problem([](Plan& p) { p.buffers[2].channel_stride = 1; }, "apart");
  expect_problem([](Plan& p) { ++p.stages[1].tasks; }, "stage 'block_1', argument 'in'");
  expect_problem([](Plan& p) { p.stages[3].tasks = 0; }, "0 tasks");
  expect_problem([](Plan& p) { p.stages[0].variants[0].kernel = 99; }, "kernel 99");
  expect_problem([](Plan& p) { p.stages[2].inputs[0] = 5; }, "does not live here");
  expect_problem([](Plan& p) { p.stages[2].output = 0; }, "is not written here");
  expect_problem([](Plan& p) { p.stages[4].output = -1; }, "is written by 2 stages");
  expect_problem([](Plan& p) { p.weights.resize(100); }, "argument 'weights'");
  expect_problem([](Plan& p) { p.stages[1].scratch_bytes = 64; }, "argument 'scratch'");
  expect_problem([](Plan& p) { p.scratch_bytes = 64; },
                 "bytes of scratch, and each further thread has 64");
  expect_problem([](Plan& p) { p.stages[1].scratch_offset -= 64; },
                 "stage 'block_1': its scratch and buffer 'conv_0' share memory");
  expect_problem([](Plan& p) { p.stages[1].scratch_bytes += 64; },
                 "stage 'block_1': its scratch and buffer 'block_1' share memory");
  expect_problem([](Plan& p) { p.stages[1].scratch_offset = p.arena_bytes; },
                 "stage 'block_1': scratch in bytes");
  expect_problem(
      [](Plan& p) {
        p.outputs[0].shape = {1, 1000};
      },
      "stage 'softmax', argument 'out'");
}

TEST(PrintPlan, NamesStagesAndBuffers) {
  const std::string text = print(published(0.25, 128));
  EXPECT_THAT(text, HasSubstr("stage block_1: depthwise 3x3 + pointwise 8 -> 16, 64x64; kernel "));
  EXPECT_THAT(text, HasSubstr("\nbuffer conv_0: bytes 0.."));
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
  graph.set_output(graph.add(sqrt));
  CompileOptions options;
  options.target = *parse_target("x86-64-v3");
  const auto plan = lower_to_stages(graph, options);
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().to_string(),
              HasSubstr("net.pb: node 'odd': Sqrt has no compiled form at this place"));
}

// The copy's weights are the square of the channels: 40 GB here.
TEST(LowerToStages, RefusesToCopyAnImageOfAHundredThousandChannels) {
  Graph graph;
  graph.file = "net.pb";
  graph.input = graph.add({.kind = OpKind::Input, .name = "input", .shape = {1, 1, 1, 100'003}});
  graph.set_output(
      graph.add({.kind = OpKind::Softmax, .name = "classes", .inputs = {graph.input}}));
  CompileOptions options;
  options.target = *parse_target("x86-64-v3");
  const auto plan = lower_to_stages(graph, options);
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().to_string(),
              HasSubstr("net.pb: node 'classes': reads the image of 100003 channels"));
}

}  // namespace
}  // namespace slimc
