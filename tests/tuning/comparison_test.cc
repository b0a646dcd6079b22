#include "compiler/tuning/comparison.h"

#include <gmock/gmock.h>

namespace slimc::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

ComparedSchedule schedule(const std::string& name,
                          const std::vector<std::pair<std::string, double>>& stages) {
  ComparedSchedule s{.name = name};
  for (const auto& [stage, us] : stages) {
    s.stages.push_back(stage);
    s.times.stages.push_back({RecordTime{.threads = 1, .runs = 1, .min_us = us, .median_us = us}});
  }
  return s;
}

TEST(Comparison, PutsABlockInOneRowThatIsOneStageForSomebody) {
  const auto rows = comparison_rows(
      {schedule(
           "a",
           {{"conv_0", 1}, {"block_1", 5}, {"block_2_depthwise", 1}, {"block_2_pointwise", 2}}),
       schedule("b", {{"conv_0", 2},
                      {"block_1_depthwise", 3},
                      {"block_1_pointwise", 4},
                      {"block_2_depthwise", 2},
                      {"block_2_pointwise", 4}})},
      0);
  ASSERT_THAT(rows, SizeIs(4));
  EXPECT_EQ(rows[1].stage, "block_1");
  EXPECT_THAT(rows[1].min_us, ElementsAre(5, 7));
  EXPECT_EQ(rows[2].stage, "block_2_depthwise");
  EXPECT_THAT(rows[2].min_us, ElementsAre(1, 2));
}

TEST(Comparison, AveragesRatiosGeometrically) {
  const auto rows = comparison_rows(
      {schedule("a", {{"x", 1}, {"y", 10}, {"output", 3}}), schedule("b", {{"x", 4}, {"y", 10}})},
      0);
  EXPECT_DOUBLE_EQ(mean_ratio(rows, 1, 0), 2) << "sqrt(4 * 1); only one has the stage 'output'";
  EXPECT_DOUBLE_EQ(mean_ratio(rows, 0, 0), 1);
}

TEST(Comparison, SaysWhoFailed) {
  auto failed = schedule("a", {{"x", 1}, {"y", 1}});
  failed.fell_back = {false, true};
  const auto rows = comparison_rows({failed, schedule("b", {{"x", 1}, {"y", 1}})}, 0);
  EXPECT_THAT(rows[0].fell_back, ElementsAre(false, false));
  EXPECT_THAT(rows[1].fell_back, ElementsAre(true, false));
}

}  // namespace
}  // namespace slimc::testing
