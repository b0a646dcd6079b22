// The table of stages. What it computes is tested in tests/runtime.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/text/source_parts.h"
#include "tests/text/libraries.h"

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(StageTables, NamePlacesInTheArenaByTheStageThatWritesThem) {
  EXPECT_THAT(stage_tables(testing::code_of(testing::tiny_plan())),
              AllOf(HasSubstr("    block_1 = {.begin = 960, .h = 4, .w = 4, .c = 5, "
                              ".stride = 8, .above = 1, .below = 1},\n"),
                    HasSubstr("{arena(at::conv_0.begin), task_times(1), weights(128), scratch(0),"),
                    HasSubstr("arena(at::block_1.pixels(), 128)"), HasSubstr("output(0, 0, 8)")));
}

TEST(StageTables, KnowPlacesInsideOfPixelsAndPadding) {
  Plan plan = testing::tiny_plan();
  plan.stages[1].variants[0].arguments[0].offset += 32;
  plan.stages[2].variants[0].arguments[0].offset += 128 + 64;
  EXPECT_THAT(stage_tables(testing::code_of(plan)),
              AllOf(HasSubstr("arena(at::conv_0.begin + 32)"),
                    HasSubstr("arena(at::block_1.pixels() + 64)")));
}

TEST(StageTables, HaveAllInputsAndWhoNeedsAStage) {
  Plan plan = testing::tiny_plan();
  EXPECT_THAT(stage_tables(testing::code_of(plan)),
              AllOf(HasSubstr(".inputs = {-1}"), HasSubstr(".inputs = {2}"),
                    Not(HasSubstr("input_count")), Not(HasSubstr("needed_by"))));
  EXPECT_EQ(most_inputs(testing::library_of(plan, testing::target("host"))), 1u);
  plan.stages[3].inputs = {2, 0};
  EXPECT_THAT(stage_tables(testing::code_of(plan)),
              HasSubstr(".input_count = 2, .inputs = {2, 0}"));
  EXPECT_EQ(most_inputs(testing::library_of(plan, testing::target("host"))), 2u);
  EXPECT_EQ(most_arguments(testing::library_of(plan, testing::target("host"))), 5u);
  EXPECT_THAT(stage_tables(testing::library_of_several_outputs().targets[0]),
              AllOf(HasSubstr(".needed_by = 0x3u"), HasSubstr(".needed_by = 0x2u")));
}

// Rows of padding hold what stands for zero.
TEST(StageTables, SayWhatABufferOfIntegersHolds) {
  Plan plan = testing::tiny_plan();
  plan.buffers[1].type = ElementType::Int8;
  plan.buffers[1].type.scales = {0.5f};
  plan.buffers[1].type.zero_points = {-3};
  EXPECT_THAT(stage_tables(testing::code_of(plan)),
              HasSubstr(".type = \"int8\", .element_bytes = 1, .padding = 253}"));
}

// The text is for people: a stage is a row, and its shape stands in one place.
TEST(StageTables, TakeSevenLinesAStageAtMost) {
  const auto lines = [](const Plan& plan) {
    const std::string text = stage_tables(testing::code_of(plan));
    return std::count(text.begin(), text.end(), '\n');
  };
  Plan plan = testing::tiny_plan();
  const auto before = lines(plan);
  constexpr int kMore = 10;
  for (int i = 0; i < kMore; ++i) {
    Stage more = plan.stages[1];
    more.name = "block_1_again_" + std::to_string(i);
    plan.stages.push_back(more);
  }
  EXPECT_LE(lines(plan), before + 7 * kMore);
}

}  // namespace
}  // namespace slimc
