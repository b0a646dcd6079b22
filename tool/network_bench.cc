#include "tool/network_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/build/compile_libraries.h"
#include "compiler/passes/passes.h"
#include "compiler/plan/form_stages.h"
#include "tool/stage_clock.h"

namespace slimc {
namespace {

using Clock = StageClock::Clock;

// Warnings and details pass; progress is the search's to tell.
class WithoutProgress final : public Reporter {
 public:
  explicit WithoutProgress(Reporter& reporter) : reporter_(reporter) {}
  void warning(const Diagnostic& diagnostic) override { reporter_.warning(diagnostic); }
  void progress(const std::string&, int, int) override {}
  void detail(const std::string& line) override { reporter_.detail(line); }

 private:
  Reporter& reporter_;
};

RecordTime time_of(const std::vector<double>& ms, int threads) {
  constexpr double kPerMillisecond = 1000;
  return {.threads = threads,
          .runs = static_cast<int>(ms.size()),
          .min_us = quantile(ms, 0) * kPerMillisecond,
          .median_us = quantile(ms, 0.5) * kPerMillisecond};
}

// One variant's runs with one number of threads.
struct Runner {
  const NetworkVariant& variant;
  NetworkInstance instance;
  StageClock clock;
  std::vector<float> output;
  std::vector<double> network_ms;

  Result<void> run(const float* input, bool timed) {
    instance.set_observer(StageClock::observe, &clock);
    const Clock::time_point begin = Clock::now();
    SLIMC_TRY(instance.run(input, output.data()));
    const double ms = milliseconds(Clock::now() - begin);
    if (timed) {
      network_ms.push_back(ms);
      clock.end_run();
    } else {
      clock.drop_run();
    }
    return {};
  }
};

// The rounding of sums in another order is some 1e-6 of the largest value.
constexpr double kTolerance = 1e-4;

Result<void> check_results(const std::vector<Runner>& runners) {
  double magnitude = 1;
  for (const float value : runners[0].output) {
    magnitude = std::max(magnitude, std::abs(static_cast<double>(value)));
  }
  for (const Runner& runner : runners) {
    for (std::size_t i = 0; i < runner.output.size(); ++i) {
      const double difference = std::abs(runner.output[i] - runners[0].output[i]);
      if (difference <= kTolerance * magnitude) continue;
      return fail({.subject = fmt::format("network '{}'", runner.variant.library().plan().name),
                   .message = fmt::format("with other schedules its results differ by {:.2e}, "
                                          "expected at most {:.2e}",
                                          difference, kTolerance * magnitude),
                   .blame = Blame::Tool});
    }
  }
  return {};
}

}  // namespace

NetworkVariant::NetworkVariant(CompiledLibrary library, LoadedNetwork network,
                               std::vector<ScheduledStage> stages)
    : library_(std::move(library)), network_(std::move(network)), stages_(std::move(stages)) {}

double NetworkVariant::compile_seconds(std::size_t stage) const {
  const Stage& from = library_.plan().stages[stage];
  double seconds = 0;
  for (const StageVariant& variant : from.variants) {
    seconds += library_.kernels[0][static_cast<std::size_t>(variant.kernel)].seconds;
  }
  return seconds;
}

bool NetworkVariant::fell_back(std::size_t stage) const {
  const int kernel = library_.plan().stages[stage].variants[0].kernel;
  return library_.kernels[0][static_cast<std::size_t>(kernel)].fell_back;
}

Result<std::unique_ptr<NetworkBench>> NetworkBench::open(Graph imported, CompileOptions options,
                                                         Reporter& reporter) {
  std::unique_ptr<NetworkBench> bench(
      new NetworkBench(std::move(imported), std::move(options), reporter));
  SLIMC_ASSIGN(bench->optimised_, run_pipeline(bench->imported_, {}));
  SLIMC_ASSIGN(bench->stages_, form_stages(bench->optimised_));
  return bench;
}

Result<Schedule> NetworkBench::schedule(ScheduleSource* source) {
  return choose_schedule(optimised_, stages_, options_.target(),
                         {.precision = options_.plan.precision, .use_checked_in_records = false},
                         source);
}

Result<std::unique_ptr<Variant>> NetworkBench::build(const Schedule& schedule, int jobs) {
  return build(schedule, Scheduler::Tiling, jobs);
}

Result<std::unique_ptr<NetworkVariant>> NetworkBench::build(const Schedule& schedule,
                                                            Scheduler scheduler, int jobs) {
  CompileOptions options = options_;
  options.plan.schedule = std::make_shared<const Schedule>(schedule);
  options.scheduler = scheduler;
  options.tools.jobs = jobs;
  WithoutProgress reporter(reporter_);
  SLIMC_ASSIGN(CompiledLibrary library, compile_library(imported_, options, reporter));
  // Each is run once and never again: in the cache they would drive kernels out.
  constexpr bool kKeep = false;
  SLIMC_ASSIGN(LoadedNetwork network, LoadedNetwork::load(library, options, reporter, kKeep));
  // The archive is in the shared object now.
  library.archive = {};
  library.graph = {};
  return std::make_unique<NetworkVariant>(std::move(library), std::move(network), schedule.stages);
}

Result<std::vector<VariantTimes>> NetworkBench::time(const std::vector<const Variant*>& variants,
                                                     const std::vector<int>& threads) {
  std::vector<VariantTimes> times(variants.size());
  for (std::size_t v = 0; v < variants.size(); ++v) {
    times[v].stages.resize(variants[v]->stages().size());
  }
  for (const int count : threads) {
    std::vector<Runner> runners;
    std::int64_t inputs_elements = 0;
    for (const Variant* any : variants) {
      const auto& variant = static_cast<const NetworkVariant&>(*any);
      const Plan& plan = variant.library().plan();
      inputs_elements = plan.input_shape.elements();
      SLIMC_ASSIGN(NetworkInstance instance, variant.network().create(count));
      runners.push_back(
          {.variant = variant,
           .instance = std::move(instance),
           .clock = StageClock(plan.stages.size()),
           .output = std::vector<float>(static_cast<std::size_t>(output_elements(plan))),
           .network_ms = {}});
    }
    RandomInputs inputs(inputs_elements);
    const float* same = inputs.next();
    for (Runner& runner : runners) SLIMC_TRY(runner.run(same, false));
    SLIMC_TRY(check_results(runners));

    // At least so many runs of each, and so long that what slows the machine for a moment is not
    // all there is; small networks take microseconds.
    constexpr int kLeastRuns = 60, kMostRuns = 1500, kRunsInTurn = 3;
    constexpr double kLeastMsOfEach = 250;
    const Clock::time_point begin = Clock::now();
    for (int runs = 0; runs < kMostRuns; runs += kRunsInTurn) {
      const double ms = milliseconds(Clock::now() - begin);
      if (runs >= kLeastRuns && ms >= kLeastMsOfEach * static_cast<double>(runners.size())) break;
      for (Runner& runner : runners) {
        // Back to this network's cache contents.
        SLIMC_TRY(runner.run(inputs.next(), false));
        for (int i = 0; i < kRunsInTurn; ++i) SLIMC_TRY(runner.run(inputs.next(), true));
      }
    }
    for (std::size_t v = 0; v < runners.size(); ++v) {
      for (std::size_t stage = 0; stage < times[v].stages.size(); ++stage) {
        times[v].stages[stage].push_back(time_of(runners[v].clock.milliseconds(stage), count));
      }
      times[v].network.push_back(time_of(runners[v].network_ms, count));
    }
  }
  return times;
}

}  // namespace slimc
