// Who decides how a stage is scheduled: the options' functions where they answer, the model where
// they do not, and nobody what the stage cannot be compiled with.
#include "compiler/plan/stage_tilings.h"

#include <gmock/gmock.h>

#include "compiler/passes/passes.h"
#include "frontend/mobilenet/mobilenet.h"
#include "schedules/tiling/candidates.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;

CompileOptions avx2() {
  CompileOptions options;
  options.target = *parse_target("x86-64-v3");
  return options;
}

// MobileNet 0.25/32: blocks of 16, 8, 4, 2 and 1 rows.
Graph network() {
  frontend::MobileNetOptions options;
  options.alpha = 0.25;
  options.height = options.width = 32;
  const auto graph = frontend::build_mobilenet(options);
  EXPECT_TRUE(graph) << graph.error().to_string();
  const auto optimised = run_pipeline(*graph);
  EXPECT_TRUE(optimised) << optimised.error().to_string();
  return *optimised;
}

Result<Plan> plan_of(const Graph& graph, const CompileOptions& options) {
  SLIMC_ASSIGN(const Graph selected, select_stages(graph, options));
  return lower_to_stages(selected, options);
}

std::vector<StageKind> kinds_of_first(std::size_t count, const Result<Plan>& plan) {
  std::vector<StageKind> kinds;
  for (std::size_t i = 0; i < count; ++i) kinds.push_back(plan->stages[i].shape.kind);
  return kinds;
}

TEST(StageTilings, AreTheModelsWhereNobodyElseAnswers) {
  CompileOptions silent = avx2();
  silent.choose_tiling = [](const StageShape&, const Target&) { return std::nullopt; };
  silent.fuse_block = [](const StageShape&, const Target&) { return std::nullopt; };
  const Graph graph = network();
  const auto without = plan_of(graph, avx2()), with = plan_of(graph, silent);
  ASSERT_TRUE(without && with);
  ASSERT_EQ(with->stages.size(), without->stages.size());
  for (std::size_t i = 0; i < with->stages.size(); ++i) {
    const Stage& stage = with->stages[i];
    EXPECT_EQ(stage.tiling, without->stages[i].tiling) << stage.name;
    EXPECT_EQ(stage.tiling, choose_tiling(stage.shape, avx2().target.traits)) << stage.name;
  }
}

TEST(StageTilings, AreTheOptionsWhereTheyAnswer) {
  CompileOptions options = avx2();
  std::vector<StageShape> asked;
  options.choose_tiling = [&](const StageShape& shape, const Target&) -> std::optional<Tiling> {
    asked.push_back(shape);
    if (shape.kind != StageKind::DepthwisePointwise) return std::nullopt;
    Tiling t = choose_tiling(shape, options.target.traits);
    t.rows = shape.out_h;
    t.tile_pixels = 3;
    t.unroll_k = 8;
    return t;
  };
  const auto plan = plan_of(network(), options);
  ASSERT_TRUE(plan) << plan.error().to_string();
  EXPECT_EQ(asked.size(), plan->stages.size());
  for (const Stage& stage : plan->stages) {
    if (stage.shape.kind == StageKind::DepthwisePointwise) {
      EXPECT_EQ(stage.tasks, 1) << stage.name;
      EXPECT_EQ(stage.tiling.unroll_k, 8);
      const auto& parameters =
          plan->kernels[static_cast<std::size_t>(stage.variants[0].kernel)].parameters;
      EXPECT_THAT(parameters, ::testing::Contains(std::pair{"tile_pixels", "3"}));
    } else {
      EXPECT_EQ(stage.tiling, choose_tiling(stage.shape, options.target.traits)) << stage.name;
    }
  }
}

TEST(StageTilings, DecideWhichBlocksStayWhole) {
  const Graph graph = network();
  using enum StageKind;
  const auto as_modelled = plan_of(graph, avx2());
  ASSERT_TRUE(as_modelled);
  EXPECT_THAT(kinds_of_first(4, as_modelled), ElementsAre(FirstConvolution, DepthwisePointwise,
                                                          DepthwisePointwise, DepthwisePointwise));

  CompileOptions options = avx2();
  options.fuse_block = [](const StageShape& block, const Target&) {
    EXPECT_EQ(block.kind, DepthwisePointwise);
    EXPECT_EQ(block.kernel_h, 3);
    // Splits the first, and fuses the last ones, which have a single row.
    return std::optional(block.out_h != 16);
  };
  const auto plan = plan_of(graph, options);
  ASSERT_TRUE(plan) << plan.error().to_string();
  EXPECT_THAT(kinds_of_first(4, plan),
              ElementsAre(FirstConvolution, Depthwise, Pointwise, DepthwisePointwise));
  // conv_0, 13 blocks of which one is in two, pool, logits, softmax, and nothing to drop behind it.
  EXPECT_EQ(plan->stages.size(), 18u);
}

TEST(StageTilings, ThatCannotBeCompiledAreTheUsersMistakes) {
  CompileOptions options = avx2();
  options.choose_tiling = [&](const StageShape& shape, const Target&) -> std::optional<Tiling> {
    Tiling t = choose_tiling(shape, options.target.traits);
    if (shape.kind == StageKind::FirstConvolution) t.rows = 3;
    if (shape.kind == StageKind::Pool) t.task_channels = 7;
    if (shape.kind == StageKind::Softmax) t.lanes = 16;
    return t;
  };
  const auto plan = plan_of(network(), options);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().blame(), Blame::Usage);
  EXPECT_EQ(plan.error().to_string(),
            "stage 'conv_0': the tiling that was given cannot be used: rows is 3, expected a "
            "divisor of the 16 rows of output\n"
            "stage 'pool': the tiling that was given cannot be used: task_channels is 7, expected "
            "a multiple of lanes * panel_vectors = 64 that divides 256\n"
            "stage 'softmax': the tiling that was given cannot be used: lanes is 16, expected a "
            "power of two up to the target's 8");
}

// A panel of 24 leaves 72 floats for 50 channels, which the model's task of 56 does not divide.
TEST(StageTilings, FitThePaddingThatTheStageBeforeLeaves) {
  StageShape s;
  s.kind = StageKind::Depthwise;
  s.in_h = s.in_w = s.out_h = s.out_w = 7;
  s.in_c = s.out_c = 50;
  s.in_padded_c = 72;
  s.kernel_h = s.kernel_w = 3;
  const auto tiling = stage_tiling("block_1_depthwise", s, avx2());
  ASSERT_TRUE(tiling);
  EXPECT_EQ(check_tiling(s, avx2().target.traits, *tiling), "");
}

}  // namespace
}  // namespace slimc
