// The search on a network whose stages' times are a formula.
#include "compiler/tuning/search.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "schedules/tiling/candidates.h"
#include "schedules/tiling/knobs.h"

namespace slimc::testing {
namespace {

TargetTraits traits() { return {32, 16, 4, 2, 32 << 10, 1 << 20}; }

// 14x14x64, once as a block and once as the pointwise behind a pool's rest.
StageShape block() {
  StageShape s;
  s.kind = StageKind::DepthwisePointwise;
  s.in_h = s.in_w = s.out_h = s.out_w = 14;
  s.in_c = 64;
  s.out_c = 64;
  s.kernel_h = s.kernel_w = 3;
  return s;
}
StageShape classifier() {
  StageShape s;
  s.in_c = 64;
  s.out_c = 40;
  return s;
}

struct FakeVariant final : Variant {
  const std::vector<ScheduledStage>& stages() const override { return planned; }
  double compile_seconds(std::size_t) const override { return 0.5; }
  std::vector<ScheduledStage> planned;
};

class FakeBench final : public Bench {
 public:
  const std::string& name() const override { return name_; }

  Result<Schedule> schedule(ScheduleSource* source) override {
    Schedule schedule;
    const auto add = [&](const std::string& name, const StageShape& shape, std::int64_t padded) {
      const auto tiling = source->tiling(shape, padded);
      schedule.stages.push_back({.name = name,
                                 .shape = shape,
                                 .in_padded_c = padded,
                                 .tiling = tiling ? *tiling : Tiling{}});
      EXPECT_EQ(check_tiling(shape, padded, traits(), schedule.stages.back().tiling), "") << name;
    };
    if (*source->fuse(block())) {
      add("block_1", block(), 64);
      schedule.stages.back().stage = 1;
      schedule.stages.back().fused_with = 0;
    } else {
      add("block_1_depthwise", depthwise_of(block()), 64);
      add("block_1_pointwise", pointwise_of(block()), 64);
      schedule.stages.back().stage = 1;
      schedule.stages.back().apart_from = 0;
    }
    // What the channels are padded to depends on the stage before, as in real networks.
    const Tiling& before = schedule.stages.back().tiling;
    const std::int64_t panel = std::int64_t{before.lanes} * before.panel_vectors;
    add("logits", classifier(), (64 + panel - 1) / panel * panel);
    schedule.stages.back().stage = 2;
    return schedule;
  }

  Result<std::unique_ptr<Variant>> build(const Schedule& schedule, int) override {
    auto variant = std::make_unique<FakeVariant>();
    variant->planned = schedule.stages;
    const std::lock_guard lock(mutex_);
    ++built;
    for (const ScheduledStage& stage : variant->planned) {
      if (refuses && refuses(stage)) {
        return fail({.subject = "stage '" + stage.name + "'",
                     .message = "the generator program was stopped after 120 s",
                     .blame = Blame::Tool});
      }
    }
    return variant;
  }

  Result<std::vector<VariantTimes>> time(const std::vector<const Variant*>& variants,
                                         const std::vector<int>& threads) override {
    // The machine becomes slower and slower: only what ran at the same time can be compared.
    slowness *= 1.1;
    std::vector<VariantTimes> times;
    for (const Variant* variant : variants) {
      VariantTimes t;
      double sum = 0;
      for (const ScheduledStage& stage : variant->stages()) {
        measured.push_back(stage_key(stage.shape) + to_string(stage.tiling, stage.shape.kind));
        const double us = cost(stage) * slowness;
        sum += us;
        t.stages.emplace_back();
        for (const int count : threads) {
          t.stages.back().push_back({count, 10, us / count, us / count * 1.1, std::nullopt});
        }
      }
      for (const int count : threads) t.network.push_back({count, 10, sum, sum, std::nullopt});
      times.push_back(std::move(t));
    }
    return times;
  }

  // Each relevant knob adds; 1000 at most.
  static double landscape(const ScheduledStage& stage) {
    double us = 10 + std::abs(stage.tiling.tile_pixels - 3);
    if (stage.shape.kind != StageKind::Depthwise) us += std::abs(stage.tiling.panel_vectors - 2);
    us += std::abs(static_cast<double>(stage.tiling.rows) - 7) / 2;
    us += stage.tiling.panels_outside ? 1 : 0;
    return us;
  }

  std::function<double(const ScheduledStage&)> cost = landscape;
  std::function<bool(const ScheduledStage&)> refuses;
  double slowness = 1;
  int built = 0;
  std::vector<std::string> measured;

 private:
  std::string name_ = "net";
  std::mutex mutex_;
};

// Options whose clock goes on by a second each time somebody looks.
struct Attempt {
  explicit Attempt(double budget) {
    options.traits = traits();
    options.threads = {1, 2};
    options.budget_seconds = budget;
    options.jobs = 2;
    options.origin.slimc = "1.2.3";
    options.origin.cpu = "A CPU";
    options.origin.cores = 2;
    options.origin.target = {"x86-64", 8, 16, true};
    options.seconds = [this] { return seconds += 0.01; };
    options.interrupted = [this] { return interrupt_after > 0 && appended >= interrupt_after; };
    options.append = [this](const std::vector<ScheduleRecord>& more) -> Result<void> {
      ++appended;
      records.insert(records.end(), more.begin(), more.end());
      return {};
    };
  }
  SearchResult run(FakeBench& bench, const std::vector<ScheduleRecord>& known = {}) {
    SilentReporter silent;
    auto result = search({&bench}, known, options, silent);
    EXPECT_TRUE(result) << result.error().to_string();
    return result ? std::move(*result) : SearchResult{};
  }
  BestTilings best() const { return BestTilings(records, options.origin.target); }

  SearchOptions options;
  std::atomic<double> seconds = 0;
  int appended = 0, interrupt_after = 0;
  std::vector<ScheduleRecord> records;
};

double least(const StageShape& shape) {
  double us = 1e9;
  for (const Tiling& t : candidate_tilings(shape, 64, traits())) {
    us = std::min(us, FakeBench::landscape({.shape = shape, .tiling = t}));
  }
  return us;
}

TEST(Search, FindsTheBestOfALandscape) {
  FakeBench bench;
  Attempt setup(1e9);
  const SearchResult result = setup.run(bench);
  EXPECT_TRUE(result.exhausted);
  for (const StageShape& shape : {block(), classifier()}) {
    const auto best = setup.best().tiling(shape, 64, traits());
    ASSERT_TRUE(best);
    EXPECT_LE(FakeBench::landscape({.shape = shape, .tiling = *best}), least(shape) * 1.03)
        << stage_key(shape);
  }
  ASSERT_EQ(result.networks.size(), 1u);
  const SearchedNetwork& network = result.networks[0];
  EXPECT_LT(network.schedules[1].times.network[0].min_us,
            network.schedules[0].times.network[0].min_us);
  EXPECT_EQ(network.schedules[0].name, "model");
  EXPECT_GT(network.candidates.at("logits"), 10u);
}

TEST(Search, StaysWithTheModelWhereNothingIsFaster) {
  FakeBench bench;
  bench.cost = [](const ScheduledStage& stage) {
    return to_string(stage.tiling, stage.shape.kind) ==
                   to_string(choose_tiling(stage.shape, stage.in_padded_c, traits()),
                             stage.shape.kind)
               ? 5
               : FakeBench::landscape(stage);
  };
  Attempt setup(3);
  const SearchResult result = setup.run(bench);
  const auto& schedules = result.networks.at(0).schedules;
  EXPECT_EQ(schedules[0].stages, schedules[1].stages);
  EXPECT_EQ(schedules[0].times.network[0].min_us, schedules[1].times.network[0].min_us);
}

TEST(Search, FindsThatABlockIsFasterAsTwoStages) {
  for (const bool one_is_better : {false, true}) {
    FakeBench bench;
    bench.cost = [&](const ScheduledStage& stage) {
      return FakeBench::landscape(stage) *
             (stage.shape.kind == StageKind::DepthwisePointwise ? (one_is_better ? 1 : 9) : 1);
    };
    Attempt setup(5);
    const SearchResult result = setup.run(bench);
    EXPECT_EQ(result.networks.at(0).schedules[1].stages.size(), one_is_better ? 2u : 3u);
    EXPECT_EQ(setup.best().fuse(block()), std::optional(one_is_better));
  }
}

TEST(Search, KeepsItsBudget) {
  FakeBench bench;
  Attempt setup(3);
  const SearchResult result = setup.run(bench);
  EXPECT_FALSE(result.exhausted);
  EXPECT_FALSE(result.interrupted);
  EXPECT_GT(result.rounds, 0u);
  EXPECT_LT(setup.seconds, 5);
}

TEST(Search, IsDeterministicBySeed) {
  const auto measured = [](std::uint32_t seed) {
    FakeBench bench;
    Attempt setup(2);
    setup.options.seed = seed;
    setup.options.jobs = 1;
    setup.run(bench);
    return bench.measured;
  };
  EXPECT_EQ(measured(1), measured(1));
  EXPECT_NE(measured(1), measured(2));
}

TEST(Search, GoesOnWhereItWasInterrupted) {
  FakeBench bench;
  Attempt first(1e9);
  first.interrupt_after = 3;
  EXPECT_TRUE(first.run(bench).interrupted);
  ASSERT_FALSE(first.records.empty());
  std::set<std::string> done;
  // As they come back from a file: with the knobs that matter to the stage.
  std::vector<ScheduleRecord> known;
  for (const ScheduleRecord& record : first.records) {
    const ParsedRecords parsed = parse_records(to_line(record), "r");
    ASSERT_EQ(parsed.problems.to_string(), "");
    known.push_back(parsed.records[0]);
    if (record.scheduler == "search") {
      done.insert(stage_key(record.stage) + to_string(record.tiling, record.stage.kind));
    }
  }
  FakeBench again;
  Attempt second(2);
  second.run(again, known);
  // Of what was measured, only the best of each stage runs again: three in the end at most, and
  // one in each round.
  std::set<std::string> repeated;
  for (const std::string& stage : again.measured) {
    if (done.count(stage)) repeated.insert(stage);
  }
  EXPECT_GT(done.size(), 20u);
  EXPECT_LT(repeated.size(), done.size() / 2);
}

TEST(Search, LeavesOtherMachinesRecordsAlone) {
  FakeBench bench;
  Attempt first(1e9);
  first.interrupt_after = 2;
  first.run(bench);
  for (ScheduleRecord& record : first.records) record.cpu = "Another CPU";
  FakeBench with, without;
  Attempt a(2), b(2);
  a.options.jobs = b.options.jobs = 1;
  a.run(with, first.records);
  b.run(without);
  EXPECT_EQ(with.measured, without.measured);
}

TEST(Search, WritesDownWhatDoesNotCompile) {
  FakeBench bench;
  bench.refuses = [](const ScheduledStage& stage) {
    return stage.name == "logits" && stage.tiling.tile_pixels == 1 && stage.tiling.prefetch == 2;
  };
  Attempt setup(1e9);
  setup.run(bench);
  const auto failed = std::count_if(setup.records.begin(), setup.records.end(),
                                    [](const ScheduleRecord& r) { return !r.failed.empty(); });
  EXPECT_GT(failed, 0);
  for (const ScheduleRecord& record : setup.records) {
    if (record.failed.empty()) continue;
    EXPECT_EQ(record.failed, "the generator program was stopped after 120 s");
    EXPECT_EQ(record.tiling.prefetch, 2);
    EXPECT_EQ(parse_records(to_line(record), "r").problems.to_string(), "");
  }
}

TEST(Search, EndsWhereTheModelItselfDoesNotCompile) {
  FakeBench bench;
  bench.refuses = [](const ScheduledStage& stage) { return stage.name == "logits"; };
  Attempt setup(10);
  SilentReporter silent;
  const auto result = search({&bench}, {}, setup.options, silent);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().to_string(),
            "stage 'logits': the generator program was stopped after 120 s");
}

TEST(Search, EndsWhereRecordsCannotBeWritten) {
  FakeBench bench;
  Attempt setup(10);
  setup.options.append = [](const auto&) -> Result<void> {
    return fail({.file = "r", .message = "cannot be written: No space left on device"});
  };
  SilentReporter silent;
  const auto result = search({&bench}, {}, setup.options, silent);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().to_string(), "r: cannot be written: No space left on device");
}

}  // namespace
}  // namespace slimc::testing
