#include "tool/stage_limits.h"

#include <gtest/gtest.h>

namespace slimc {
namespace {

// Round numbers: 1 GMAC/s is 1e6 multiply-adds a millisecond, 1 GB/s 1e6 bytes.
constexpr std::int64_t kMega = 1'000'000;

Machine machine(int threads) {
  return {.threads = threads,
          .peak_gmacs = 10.0 * threads,
          .levels = {{.name = "L1", .bytes = 10'000, .gb_a_second = 100},
                     {.name = "L2", .bytes = kMega, .gb_a_second = 20},
                     {.name = "L3", .bytes = 10 * kMega, .shared = true, .gb_a_second = 5},
                     {.name = "memory", .bytes = 0, .shared = true, .gb_a_second = 1}}};
}

TEST(StageLimit, IsArithmeticWhereBytesAreFew) {
  const StageWork work = {
      .multiply_adds = 100 * kMega, .weight_bytes = 100, .input_bytes = 100, .output_bytes = 100};
  const StageLimit limit = limit_of(work, {.a_thread = 5000, .all = 5000}, machine(1));
  EXPECT_EQ(limit.name, "arithmetic");
  EXPECT_DOUBLE_EQ(limit.ms, 10);
}

TEST(StageLimit, IsTheLevelThatTheWeightsComeFrom) {
  const StageWork work = {
      .multiply_adds = 1, .weight_bytes = 500'000, .input_bytes = 200, .output_bytes = 200};
  // The network fits the L3, this stage the L2.
  StageLimit limit = limit_of(work, {.a_thread = 5 * kMega, .all = 5 * kMega}, machine(1));
  EXPECT_EQ(limit.name, "L3");
  EXPECT_DOUBLE_EQ(limit.ms, 500'000 / 5e6 + 400 / 20e6);
  limit = limit_of(work, {.a_thread = 50 * kMega, .all = 50 * kMega}, machine(1));
  EXPECT_EQ(limit.name, "memory");
  EXPECT_DOUBLE_EQ(limit.ms, 500'000 / 1e6 + 400 / 20e6);
  limit = limit_of(work, {.a_thread = kMega, .all = kMega}, machine(1));
  EXPECT_EQ(limit.name, "L2");
}

TEST(StageLimit, IsTheLevelThatTheActivationsComeFrom) {
  const StageWork work = {
      .multiply_adds = 1, .weight_bytes = 100, .input_bytes = 300'000, .output_bytes = 300'000};
  const StageLimit limit = limit_of(work, {.a_thread = 5 * kMega, .all = 5 * kMega}, machine(1));
  EXPECT_EQ(limit.name, "L2");
  EXPECT_DOUBLE_EQ(limit.ms, 100 / 5e6 + 600'000 / 20e6);
}

TEST(StageLimit, TakesTheLongerOfTheTwo) {
  // 1 ms of arithmetic against 0.9 and 1.1 ms from L3.
  StageWork work = {.multiply_adds = 10 * kMega, .weight_bytes = 4'500'000};
  const Footprint network = {.a_thread = 8 * kMega, .all = 8 * kMega};
  EXPECT_EQ(limit_of(work, network, machine(1)).name, "arithmetic");
  work.weight_bytes = 5'500'000;
  EXPECT_EQ(limit_of(work, network, machine(1)).name, "L3");
}

TEST(StageLimit, CountsOnlyThreadsThatHaveTasks) {
  const StageWork work = {.multiply_adds = 10 * kMega, .tasks = 1};
  EXPECT_DOUBLE_EQ(limit_of(work, {}, machine(1)).ms, 1);
  EXPECT_DOUBLE_EQ(limit_of(work, {}, machine(4)).ms, 1);
  const StageWork tasks = {.multiply_adds = 10 * kMega, .tasks = 8};
  EXPECT_DOUBLE_EQ(limit_of(tasks, {}, machine(4)).ms, 0.25);
}

TEST(StageLimit, DoesWithoutLevels) {
  const StageWork work = {.multiply_adds = 10 * kMega, .weight_bytes = 10 * kMega};
  const StageLimit limit = limit_of(work, {}, {.threads = 1, .peak_gmacs = 10, .levels = {}});
  EXPECT_EQ(limit.name, "arithmetic");
  EXPECT_DOUBLE_EQ(limit.ms, 1);
}

TEST(StageLimit, FallsBackToTheLastLevelThatWasMeasured) {
  Machine without_memory = machine(1);
  without_memory.levels.pop_back();
  const StageWork work = {.weight_bytes = kMega};
  EXPECT_EQ(limit_of(work, {.a_thread = 50 * kMega, .all = 50 * kMega}, without_memory).name, "L3");
}

TEST(MemoryLevels, ArePrintedWithTheirSizes) {
  EXPECT_EQ(to_string({{.name = "L1", .bytes = 48 << 10, .gb_a_second = 299.6},
                       {.name = "memory", .gb_a_second = 12}}),
            "L1 (48 kB) 300 GB/s, memory 12 GB/s");
}

TEST(StageTraffic, RowsReadTheWeightsOnEveryThread) {
  const StageWork rows = {.weight_bytes = 1000, .input_bytes = 100, .output_bytes = 10, .tasks = 8};
  EXPECT_EQ(bytes_moved(rows, 1), 1110);
  EXPECT_EQ(bytes_moved(rows, 4), 4110);
  EXPECT_EQ(footprint(rows, 4).a_thread, 1000 + 25 + 3);
  EXPECT_EQ(footprint(rows, 4).all, 1110);
}

TEST(StageTraffic, ChannelsReadTheInputOnEveryThread) {
  StageWork channels = {.weight_bytes = 1000,
                        .input_bytes = 100,
                        .output_bytes = 10,
                        .tasks = 8,
                        .split_channels = true};
  EXPECT_EQ(bytes_moved(channels, 2), 1210);
  EXPECT_EQ(footprint(channels, 2).a_thread, 500 + 100 + 5);
  channels.reads_all_input = false;  // a depthwise
  EXPECT_EQ(bytes_moved(channels, 2), 1110);
  EXPECT_EQ(footprint(channels, 2).a_thread, 500 + 50 + 5);
}

TEST(StageTraffic, OfANetworkIsItsWeightsAndItsArena) {
  const std::vector<StageWork> stages = {
      {.weight_bytes = 1000, .tasks = 8},
      {.weight_bytes = 3000, .tasks = 8, .split_channels = true}};
  const Footprint one = network_footprint(stages, 100, 1), two = network_footprint(stages, 100, 2);
  EXPECT_EQ(one.a_thread, 4100);
  EXPECT_EQ(one.all, 4100);
  EXPECT_EQ(two.a_thread, 1000 + 1500 + 50);
  EXPECT_EQ(two.all, 4100);
}

// Two threads have two private caches: what is too large for one is not too large for both.
TEST(StageLimit, AsksPrivateCachesForAThreadsPartOnly) {
  const StageWork work = {.weight_bytes = 1'500'000, .tasks = 2, .split_channels = true};
  const std::vector<StageWork> stages = {work};
  EXPECT_EQ(limit_of(work, network_footprint(stages, 0, 1), machine(1)).name, "L3");
  EXPECT_EQ(limit_of(work, network_footprint(stages, 0, 2), machine(2)).name, "L2");
}

}  // namespace
}  // namespace slimc
