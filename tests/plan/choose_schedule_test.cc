// Who decides how a stage is scheduled: the sources where they answer, the model where they do not,
// and nobody what the stage cannot be compiled with.
#include "compiler/plan/choose_schedule.h"

#include <gmock/gmock.h>

#include <functional>

#include "compiler/passes/passes.h"
#include "compiler/plan/form_stages.h"
#include "compiler/plan/make_plan.h"
#include "frontend/mobilenet/mobilenet.h"
#include "schedules/tiling/candidates.h"
#include "tests/schedules/records/make_record.h"

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Target& avx2() {
  static const Target target = *parse_target("x86-64-v3");
  return target;
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

class Source final : public ScheduleSource {
 public:
  std::function<std::optional<Tiling>(const StageShape&, std::int64_t)> choose_tiling;
  std::function<std::optional<bool>(const StageShape&)> choose_fuse;
  std::vector<StageShape> asked;

  std::optional<Tiling> tiling(const StageShape& stage, std::int64_t in_padded_c) override {
    asked.push_back(stage);
    return choose_tiling ? choose_tiling(stage, in_padded_c) : std::nullopt;
  }
  std::optional<bool> fuse(const StageShape& block) override {
    return choose_fuse ? choose_fuse(block) : std::nullopt;
  }
};

Result<Schedule> schedule_of(const Graph& graph, ScheduleSource* source,
                             const PlanOptions& options = {}) {
  SLIMC_ASSIGN(const NetworkStages stages, form_stages(graph));
  return choose_schedule(graph, stages, avx2(), options, source);
}

std::vector<StageKind> kinds_of_first(std::size_t count, const Result<Schedule>& schedule) {
  std::vector<StageKind> kinds;
  for (std::size_t i = 0; i < count; ++i) kinds.push_back(schedule->stages[i].shape.kind);
  return kinds;
}

TEST(ChooseSchedule, TakesTheModelWhereNobodyElseAnswers) {
  Source silent;
  const Graph graph = network();
  const auto without = schedule_of(graph, nullptr), with = schedule_of(graph, &silent);
  ASSERT_TRUE(without && with);
  ASSERT_EQ(with->stages.size(), without->stages.size());
  EXPECT_EQ(silent.asked.size(), with->stages.size());
  for (std::size_t i = 0; i < with->stages.size(); ++i) {
    const ScheduledStage& stage = with->stages[i];
    EXPECT_EQ(stage.tiling, without->stages[i].tiling) << stage.name;
    EXPECT_EQ(stage.tiling, choose_tiling(stage.shape, stage.in_padded_c, avx2().traits))
        << stage.name;
  }
}

TEST(ChooseSchedule, TakesTheSourceWhereItAnswersAndThePlanIsThat) {
  Source source;
  source.choose_tiling = [](const StageShape& shape, std::int64_t padded) {
    std::optional<Tiling> tiling;
    if (shape.kind != StageKind::DepthwisePointwise) return tiling;
    tiling = choose_tiling(shape, padded, avx2().traits);
    tiling->rows = shape.out_h;
    tiling->tile_pixels = 3;
    tiling->unroll_k = 8;
    return tiling;
  };
  const Graph graph = network();
  const auto schedule = schedule_of(graph, &source);
  ASSERT_TRUE(schedule) << schedule.error().to_string();
  PlanOptions options;
  options.schedule = std::make_shared<const Schedule>(*schedule);
  const auto plan = make_plan(graph, avx2(), options);
  ASSERT_TRUE(plan) << plan.error().to_string();
  ASSERT_EQ(plan->stages.size(), schedule->stages.size());
  for (const Stage& stage : plan->stages) {
    if (stage.shape.kind == StageKind::DepthwisePointwise) {
      EXPECT_EQ(stage.tasks, 1) << stage.name;
      EXPECT_EQ(stage.tiling.unroll_k, 8);
      const auto& parameters =
          plan->kernels[static_cast<std::size_t>(stage.variants[0].kernel)].parameters;
      EXPECT_THAT(parameters, ::testing::Contains(std::pair{"tile_pixels", "3"}));
    } else {
      EXPECT_EQ(stage.tiling, choose_tiling(stage.shape, stage.in_padded_c, avx2().traits))
          << stage.name;
    }
  }
}

TEST(ChooseSchedule, DecidesWhichBlocksAreOneStage) {
  const Graph graph = network();
  using enum StageKind;
  const auto as_modelled = schedule_of(graph, nullptr);
  ASSERT_TRUE(as_modelled);
  EXPECT_THAT(kinds_of_first(4, as_modelled), ElementsAre(FirstConvolution, DepthwisePointwise,
                                                          DepthwisePointwise, DepthwisePointwise));
  Source source;
  source.choose_fuse = [](const StageShape& block) {
    EXPECT_EQ(block.kind, DepthwisePointwise);
    EXPECT_EQ(block.kernel_h, 3);
    // Splits the first, and fuses the last ones, which have a single row.
    return std::optional(block.out_h != 16);
  };
  const auto schedule = schedule_of(graph, &source);
  ASSERT_TRUE(schedule) << schedule.error().to_string();
  EXPECT_THAT(kinds_of_first(4, schedule),
              ElementsAre(FirstConvolution, Depthwise, Pointwise, DepthwisePointwise));
  EXPECT_EQ(schedule->stages[1].fused_with, ScheduledStage::kAlone);
  EXPECT_EQ(schedule->stages[3].fused_with, schedule->stages[3].stage - 1);
  // conv_0, 13 blocks of which one is in two, pool, logits, softmax, and nothing to drop behind it.
  EXPECT_EQ(schedule->stages.size(), 18u);
}

TEST(ChooseSchedule, TellsWhichTilingsCannotBeCompiled) {
  Source source;
  source.choose_tiling = [](const StageShape& shape, std::int64_t padded) -> std::optional<Tiling> {
    Tiling t = choose_tiling(shape, padded, avx2().traits);
    if (shape.kind == StageKind::FirstConvolution) t.rows = 3;
    if (shape.kind == StageKind::Pool) t.task_channels = 7;
    if (shape.kind == StageKind::Softmax) t.lanes = 16;
    return t;
  };
  const auto schedule = schedule_of(network(), &source);
  ASSERT_FALSE(schedule);
  EXPECT_EQ(schedule.error().blame(), Blame::Usage);
  EXPECT_EQ(schedule.error().to_string(),
            "stage 'conv_0': the tiling that was given cannot be used: rows is 3, expected a "
            "divisor of the 16 rows of output\n"
            "stage 'pool': the tiling that was given cannot be used: task_channels is 7, expected "
            "a multiple of lanes * panel_vectors = 64 that divides 256\n"
            "stage 'softmax': the tiling that was given cannot be used: lanes is 16, expected a "
            "power of two up to the target's 8");
}

TEST(ChooseSchedule, AsksTheUsersRecordsBeforeTheModel) {
  const Graph graph = network();
  const auto model = schedule_of(graph, nullptr);
  ASSERT_TRUE(model);
  const ScheduledStage& conv = model->stages.front();
  ScheduleRecord record;
  record.target = record_target(avx2().halide, avx2().traits);
  record.stage = conv.shape;
  record.in_padded_c = conv.in_padded_c;
  record.tiling = conv.tiling;
  record.tiling.rows = conv.shape.out_h;
  record.times = {{.threads = 1, .runs = 1, .min_us = 1, .median_us = 1}};
  ASSERT_NE(record.tiling, conv.tiling);
  PlanOptions options;
  options.records = std::make_shared<const std::map<RecordTarget, BestTilings>>(
      std::map<RecordTarget, BestTilings>{{record.target, BestTilings({record}, record.target)}});
  const auto recorded = schedule_of(graph, nullptr, options);
  ASSERT_TRUE(recorded);
  EXPECT_EQ(recorded->stages.front().tiling, record.tiling);
  EXPECT_EQ(recorded->stages[1].tiling, model->stages[1].tiling);
}

TEST(ChooseSchedule, PrintsALineAStage) {
  const auto schedule = schedule_of(network(), nullptr);
  ASSERT_TRUE(schedule);
  EXPECT_THAT(print(*schedule), HasSubstr("stage block_1: depthwise_pointwise 16x16x8 -> "));
}

}  // namespace
}  // namespace slimc
