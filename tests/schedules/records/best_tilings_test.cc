// Which of several measured tilings is taken.
#include "schedules/records/best_tilings.h"

#include <gmock/gmock.h>

#include "schedules/tiling/knobs.h"
#include "tests/schedules/records/make_record.h"

namespace slimc::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string chosen(const std::vector<ScheduleRecord>& records, const StageShape& shape,
                   std::int64_t in_padded_c) {
  const auto tiling = BestTilings(records, avx512()).tiling(shape, in_padded_c, avx512_traits());
  return tiling ? to_string(*tiling, shape.kind) : "none";
}

std::string chosen(const std::vector<ScheduleRecord>& records, const StageShape& shape) {
  return chosen(records, shape, shape.in_c);
}

std::string tiling_of(const ScheduleRecord& record) {
  return to_string(record.tiling, record.stage.kind);
}

TEST(BestTilings, TakesTheFastest) {
  const std::vector<ScheduleRecord> records = {
      make_record(block(), 0, 10), make_record(block(), 1, 8), make_record(block(), 2, 9)};
  EXPECT_EQ(chosen(records, block()), tiling_of(records[1]));
  EXPECT_EQ(chosen(records, late_pointwise()), "none");
  EXPECT_EQ(chosen({}, block()), "none");
}

TEST(BestTilings, WeighsAllNumbersOfThreadsAlike) {
  std::vector<ScheduleRecord> records = {make_record(block(), 0, 10), make_record(block(), 1, 10)};
  records[1].times[0].min_us = 11;  // 10% slower alone
  records[1].times[1].min_us = 8;   // 20% faster together
  EXPECT_EQ(chosen(records, block()), tiling_of(records[1]));
}

TEST(BestTilings, ComparesWithTheModelInTheSameRuns) {
  // The machine was half as fast when the second was measured.
  std::vector<ScheduleRecord> records = {make_record(block(), 1, 9), make_record(block(), 2, 16)};
  for (RecordTime& time : records[0].times) time.model_min_us = 10;
  for (RecordTime& time : records[1].times) time.model_min_us = 20;
  EXPECT_EQ(chosen(records, block()), tiling_of(records[1]));
}

TEST(BestTilings, DoubtsWhatWasMeasuredOnce) {
  std::vector<ScheduleRecord> records = {make_record(block(), 1, 9.9)};
  for (int i = 0; i < 9; ++i) records.push_back(make_record(block(), 2, 10));
  EXPECT_EQ(chosen(records, block()), tiling_of(records[1]));
  records.push_back(make_record(block(), 3, 9.5));
  EXPECT_EQ(chosen(records, block()), tiling_of(records.back()));
}

TEST(BestTilings, KnowsAStageBehindAnother) {
  const std::vector<ScheduleRecord> records = {make_record(block(), 0, 10)};
  EXPECT_EQ(chosen(records, block(), 272), tiling_of(records[0])) << "legal here too";
  EXPECT_EQ(chosen(records, block(), 257), "none") << "no vector divides its channels";
}

TEST(BestTilings, AreOfOneTarget) {
  RecordTarget other = avx512();
  other.lanes = 8;
  EXPECT_TRUE(BestTilings({make_record(block(), 0, 10)}, other).empty());
}

TEST(BestTilings, SayWhetherABlockIsOneStage) {
  const StageShape depthwise = depthwise_of(block()), pointwise = pointwise_of(block());
  EXPECT_EQ(stage_key(block_of(depthwise, pointwise)), stage_key(block()));
  const auto fuse = [&](double fused, double first, double second) {
    return BestTilings({make_record(block(), 0, fused), make_record(depthwise, 0, first),
                        make_record(pointwise, 0, second)},
                       avx512())
        .fuse(block());
  };
  EXPECT_EQ(fuse(10, 3, 5), std::optional(false));
  EXPECT_EQ(fuse(10, 6, 5), std::optional(true));
  EXPECT_EQ(fuse(10, 4, 6), std::nullopt) << "equal: the model decides";
  EXPECT_EQ(BestTilings({make_record(block(), 0, 1)}, avx512()).fuse(block()), std::nullopt);
}

TEST(BestRecords, AreOneAStageAndTarget) {
  std::vector<ScheduleRecord> records = {make_record(block(), 0, 10), make_record(block(), 1, 7),
                                         make_record(block(), 1, 7.1),
                                         make_record(late_pointwise(), 0, 3)};
  records.push_back(make_record(block(), 2, 1));
  records.back().target.arch = "arm-64";
  records.push_back(make_record(block(), 3, 1));
  records.back().times.clear();
  records.back().failed = "no";
  const std::vector<ScheduleRecord> best = best_records(records);
  ASSERT_THAT(best, SizeIs(3));
  std::vector<std::string> lines;
  for (const ScheduleRecord& record : best) lines.push_back(to_line(record));
  EXPECT_THAT(lines, ::testing::UnorderedElementsAre(to_line(records[1]), to_line(records[3]),
                                                     to_line(records[4])));
  EXPECT_THAT(best_records({}), IsEmpty());
}

}  // namespace
}  // namespace slimc::testing
