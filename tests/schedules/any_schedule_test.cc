// Whatever the tuner may propose and whatever check_tiling() lets through: the results are those of
// the double-precision reference, the same bits from run to run and for any number of threads, and
// no stage writes where it should not.
//
//   SLIMC_SCHEDULE_CASES=500 SLIMC_SCHEDULE_SEED=1000 tests/schedules_any_schedule_test
//
// runs that many cases from that seed instead of the few that are enough for every day.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "compiler/build/compile_libraries.h"
#include "compiler/passes/passes.h"
#include "compiler/plan/form_stages.h"
#include "schedules/tiling/candidates.h"
#include "schedules/tiling/knobs.h"
#include "support/temporary_folder.h"
#include "tests/common/long_form.h"
#include "tests/schedules/odd_network.h"
#include "tool/build_network.h"
#include "tool/loaded_network.h"
#include "tool/verification.h"

namespace slimc::testing {
namespace {

constexpr double kTolerance = 1e-5;

// A tiling that nobody would propose and a record may hold.
Tiling any_legal_tiling(const StageShape& shape, std::int64_t in_padded_c,
                        const TargetTraits& target, Random& random) {
  Tiling t = choose_tiling(shape, in_padded_c, target);
  const std::int64_t values[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 24, 32, 40, 48, 64};
  for (int i = 0; i < 300; ++i) {
    Tiling changed = t;
    for (const Knob& knob : knobs()) {
      if (!is_relevant(knob, shape.kind) || !random.coin()) continue;
      const std::int64_t value = values[random.integer(0, std::ssize(values) - 1)];
      knob.set(changed, knob.most == 1 ? value % 2 : value);
    }
    // Both or neither: a task of channels has all rows.
    if (random.coin() && changed.split_channels) changed.rows = shape.out_h;
    if (check_tiling(shape, in_padded_c, target, changed).empty()) t = changed;
  }
  return t;
}

// Chooses for every stage and block.
class RandomSource final : public ScheduleSource {
 public:
  RandomSource(Random& random, const TargetTraits& target) : random_(random), target_(target) {}

  std::optional<Tiling> tiling(const StageShape& shape, std::int64_t in_padded_c) override {
    const std::int64_t choice = random_.integer(0, 9);
    if (choice == 0) return std::nullopt;
    if (choice <= 3) return any_legal_tiling(shape, in_padded_c, target_, random_);
    const Tiling proposed = pick(candidate_tilings(shape, in_padded_c, target_));
    return choice <= 6 ? proposed : pick(candidate_tilings(shape, in_padded_c, target_, proposed));
  }
  std::optional<bool> fuse(const StageShape&) override {
    const std::int64_t choice = random_.integer(0, 2);
    return choice == 2 ? std::nullopt : std::optional(choice == 1);
  }

 private:
  Tiling pick(const std::vector<Tiling>& tilings) {
    return tilings[static_cast<std::size_t>(random_.integer(0, std::ssize(tilings) - 1))];
  }

  Random& random_;
  const TargetTraits& target_;
};

Result<Schedule> random_schedule(const Graph& graph, const CompileOptions& options,
                                 Random& random) {
  SLIMC_ASSIGN(const Graph optimised, run_pipeline(graph));
  SLIMC_ASSIGN(const NetworkStages stages, form_stages(optimised));
  RandomSource source(random, options.target().traits);
  return choose_schedule(optimised, stages, options.target(), options.plan, &source);
}

// Watches a run of one thread: a stage changes the channels of its own output and nothing else of
// the arena, and leaves zeros in padding channels and rows.
class ArenaWatch {
 public:
  ArenaWatch(const Plan& plan, float* arena)
      : plan_(plan), arena_(arena), floats_(static_cast<std::size_t>(plan.arena_bytes / 4)) {}

  static void observe(void* watch, int stage, int phase, int) {
    auto& self = *static_cast<ArenaWatch*>(watch);
    if (phase == 0) {
      self.before_.assign(self.arena_, self.arena_ + self.floats_);
    } else {
      self.compare(self.plan_.stages[static_cast<std::size_t>(stage)]);
    }
  }

 private:
  void compare(const Stage& stage) {
    std::vector<float> after(arena_, arena_ + floats_);
    if (stage.output >= 0) {
      const Buffer& b = plan_.buffers[static_cast<std::size_t>(stage.output)];
      const std::int64_t rows = b.halo_top + b.height + b.halo_bottom;
      const std::size_t first = static_cast<std::size_t>(b.offset / 4);
      for (std::int64_t i = 0; i < rows * b.row_elements(); ++i) {
        const std::size_t at = first + static_cast<std::size_t>(i);
        const std::int64_t row = i / b.row_elements() - b.halo_top, c = i % b.channel_stride;
        const bool inside = row >= 0 && row < b.height;
        const bool gap = inside && c >= b.padded_channels;
        const bool zero = !inside || (c >= b.channels && !gap);
        if (zero && after[at] != 0) {
          ADD_FAILURE() << stage.name << " leaves " << after[at] << " in row " << row
                        << ", channel " << c << ", which is padding";
          return;
        }
        if (!gap) after[at] = before_[at];  // its own
      }
    }
    const std::int64_t scratch = stage.scratch_offset / 4,
                       scratch_end = scratch + stage.scratch_bytes / 4;
    for (std::int64_t i = scratch; i < scratch_end; ++i) {
      after[static_cast<std::size_t>(i)] = before_[static_cast<std::size_t>(i)];
    }
    // Bytes, not numbers: what was never written may be no number.
    if (std::memcmp(after.data(), before_.data(), floats_ * sizeof(float)) == 0) return;
    for (std::size_t i = 0; i < floats_; ++i) {
      if (std::memcmp(&after[i], &before_[i], sizeof(float)) != 0) {
        ADD_FAILURE() << stage.name << " wrote float " << i
                      << " of the arena, which is not its own";
        return;
      }
    }
  }

  const Plan& plan_;
  const float* const arena_;
  const std::size_t floats_;
  std::vector<float> before_;
};

// The results of one run, with a margin that nothing may write to.
class GuardedOutput {
 public:
  explicit GuardedOutput(std::int64_t elements)
      : margin_(256), floats_(static_cast<std::size_t>(elements) + 2 * margin_, kMark) {}
  float* data() { return floats_.data() + margin_; }
  std::vector<float> take() {
    for (std::size_t i = 0; i < margin_; ++i) {
      EXPECT_TRUE(floats_[i] == kMark && floats_[floats_.size() - 1 - i] == kMark)
          << "something wrote outside of the caller's results";
    }
    return {data(), data() + floats_.size() - 2 * margin_};
  }

 private:
  static constexpr float kMark = -12345.0f;
  std::size_t margin_;
  std::vector<float> floats_;
};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

template <typename Input>
void expect_the_same_bits_always(const BuiltNetwork& built, const std::vector<Input>& input) {
  std::vector<float> first;
  for (const int threads : {1, 2, 3}) {
    auto instance = built.network.create(threads);
    ASSERT_TRUE(instance) << instance.error().to_string();
    for (int run = 0; run < 2; ++run) {
      GuardedOutput output(built.output_elements());
      ASSERT_TRUE(instance->run(input.data(), output.data()));
      const std::vector<float> result = output.take();
      if (first.empty()) first = result;
      EXPECT_TRUE(same_bits(first, result)) << "run " << run << " on " << threads << " threads";
    }
  }
}

void expect_right_results(const BuiltNetwork& built, Random& random, int threads) {
  VerificationInput input;
  input.values.resize(static_cast<std::size_t>(built.input_elements()));
  for (float& v : input.values) v = static_cast<float>(random.uniform(-1, 1));
  input.bytes.resize(input.values.size());
  for (std::uint8_t& b : input.bytes) b = static_cast<std::uint8_t>(random.integer(0, 255));
  SilentReporter reporter;
  const auto result = verify_network(built, input, threads, reporter);
  ASSERT_TRUE(result) << result.error().to_string();
  for (const StageError& stage : result->stages) {
    EXPECT_LE(stage.error.max_rel, kTolerance) << stage.name;
  }
  EXPECT_TRUE(result->result_within(kTolerance))
      << result->max_abs_error << " of " << result->magnitude;

  expect_the_same_bits_always(built, input.values);
  expect_the_same_bits_always(built, input.bytes);

  auto instance = built.network.create(1);
  ASSERT_TRUE(instance) << instance.error().to_string();
  ArenaWatch watch(built.library.plan(), instance->arena());
  instance->set_observer(ArenaWatch::observe, &watch);
  GuardedOutput output(built.output_elements());
  ASSERT_TRUE(instance->run(input.values.data(), output.data()));
  output.take();
}

// Returns how many stages there were.
int check_case(std::uint64_t seed, const std::filesystem::path& cache) {
  SCOPED_TRACE(fmt::format("SLIMC_SCHEDULE_CASES=1 SLIMC_SCHEDULE_SEED={}", seed));
  Random random(seed);
  CompileOptions options;
  options.tools.cache = cache;
  options.tools.stages_program = SLIMC_BINARY_DIR "/bin/slimc-stages";
  options.tools.runtime_include = SLIMC_SOURCE_DIR "/runtime/include";
  const auto target = parse_target(seed % 3 == 2 ? "x86-64-v3" : "host");
  EXPECT_TRUE(target) << target.error().to_string();
  if (!target) return 0;
  options.targets = {*target};
  if (target->converts_half && seed % 4 == 3) options.plan.precision.weights = ElementType::Float16;
  const Graph graph = odd_network(random);
  EXPECT_TRUE(verify(graph).empty()) << verify(graph).front();
  auto schedule = random_schedule(graph, options, random);
  EXPECT_TRUE(schedule) << schedule.error().to_string();
  if (!schedule) return 0;
  options.plan.schedule = std::make_shared<const Schedule>(std::move(*schedule));
  // The plan is wanted in words, above all where it cannot be compiled.
  std::string plan = print(*options.plan.schedule);
  const AfterStep after = [&plan](std::string_view step, const auto& print) {
    if (step == "plan_memory") plan += print();
  };
  SilentReporter reporter;
  auto library = compile_library(graph, options, reporter, after);
  SCOPED_TRACE(plan);
  EXPECT_TRUE(library) << library.error().to_string();
  if (!library) return 0;
  auto network = LoadedNetwork::load(*library, options, reporter);
  EXPECT_TRUE(network) << network.error().to_string();
  if (!network) return 0;
  expect_right_results({graph, *library, std::move(*network)}, random,
                       static_cast<int>(1 + seed % 3));
  return static_cast<int>(options.plan.schedule->stages.size());
}

class AnySchedule : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(AnySchedule, ComputesWhatTheNetworkSays) {
  if (std::getenv("SLIMC_SCHEDULE_CASES") != nullptr) GTEST_SKIP() << "the long form runs";
  EXPECT_GT(check_case(GetParam(), SLIMC_BINARY_DIR "/tests/kernel-cache"), 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnySchedule, ::testing::Range<std::uint64_t>(0, 12));

TEST(AnyScheduleLong, ComputesWhatTheNetworkSays) {
  const std::uint64_t cases = number_of("SLIMC_SCHEDULE_CASES", 0);
  if (cases == 0) GTEST_SKIP() << "set SLIMC_SCHEDULE_CASES to run more cases";
  const std::uint64_t seed = number_of("SLIMC_SCHEDULE_SEED", 0);
  int stages = 0;
  for (std::uint64_t i = 0; i < cases; ++i) {
    // A folder a case: none of it is wanted again.
    const auto folder = TemporaryFolder::create();
    ASSERT_TRUE(folder) << folder.error().to_string();
    stages += check_case(seed + i, folder->path());
    if (i % 20 == 19 || i + 1 == cases) {
      fmt::print("{} of {} cases, {} stages\n", i + 1, cases, stages);
      std::fflush(stdout);
    }
  }
}

}  // namespace
}  // namespace slimc::testing
