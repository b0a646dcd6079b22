#include "tool/benchmark.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "tool/read_bandwidth.h"
#include "tool/stage_clock.h"

namespace slimc {
namespace {

using Clock = StageClock::Clock;

double gmacs(std::int64_t multiply_adds, double ms) {
  constexpr double kPerGigaAndSecond = 1e6;  // MAC/ms in GMAC/s
  return static_cast<double>(multiply_adds) / ms / kPerGigaAndSecond;
}

// What a stage has to move. Gaps between pixels and rows of padding are not counted.
StageWork work_of(const Plan& plan, const Stage& stage) {
  constexpr std::int64_t kFloat = sizeof(float);
  const auto bytes_of = [&](int buffer, const Shape& whole) {
    if (buffer < 0) return whole.elements() / plan.input_shape[0] * kFloat;
    const Buffer& b = plan.buffers[static_cast<std::size_t>(buffer)];
    return b.height * b.width * b.padded_channels * kFloat;
  };
  StageWork work = {
      .multiply_adds = stage.multiply_adds,
      .weight_bytes = stage.parameter_bytes,
      .output_bytes = bytes_of(stage.output,
                               plan.outputs[static_cast<std::size_t>(stage.network_output)].shape),
      .tasks = stage.tasks,
      .split_channels = stage.tiling.split_channels,
      .reads_all_input =
          stage.shape.kind != StageKind::Depthwise && stage.shape.kind != StageKind::Pool};
  for (const int input : stage.inputs) work.input_bytes += bytes_of(input, plan.input_shape);
  return work;
}

void add_limits(const BuiltNetwork& built, BenchmarkResult& result, int threads) {
  const Plan& plan = built.code().plan;
  const std::int64_t images = plan.input_shape[0];
  std::vector<StageWork> works;
  for (const Stage& stage : plan.stages) works.push_back(work_of(plan, stage));
  const Footprint network = network_footprint(works, plan.arena_bytes, threads);
  const Machine machine = {
      .threads = threads, .peak_gmacs = result.peak_gmacs, .levels = result.levels};
  for (std::size_t i = 0; i < works.size(); ++i) {
    StageTime& time = result.stages[i];
    time.fraction_of_peak = time.gmacs / result.peak_gmacs;
    time.bytes = bytes_moved(works[i], threads) * images;
    time.limit = limit_of(works[i], network, machine);
    time.limit.ms *= static_cast<double>(images);
  }
}

// Keeps the best that was measured of each level.
void improve(std::vector<MemoryLevel>& levels, const std::vector<MemoryLevel>& again) {
  if (levels.empty()) levels = again;
  for (std::size_t i = 0; i < std::min(levels.size(), again.size()); ++i) {
    levels[i].gb_a_second = std::max(levels[i].gb_a_second, again[i].gb_a_second);
  }
}

std::vector<StageTime> stage_times(const BuiltNetwork& built, const StageClock& clock) {
  std::vector<StageTime> times;
  double sum = 0;
  const std::vector<LoadedStage>& rows = built.network.stages();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    StageTime time{.name = rows[i].name, .kind = rows[i].kind};
    time.ms = quantile(clock.milliseconds(i), 0);
    time.multiply_adds = rows[i].multiply_adds * built.code().plan.input_shape[0];
    time.gmacs = gmacs(time.multiply_adds, time.ms);
    sum += time.ms;
    times.push_back(time);
  }
  for (StageTime& time : times) time.share = time.ms / sum;
  return times;
}

}  // namespace

Result<BenchmarkResult> benchmark(const BuiltNetwork& built, VectorIsa isa, int threads, int runs,
                                  bool with_stages, Reporter& reporter) {
  SLIMC_ASSIGN(NetworkInstance instance, built.network.create(threads));
  RandomInputs inputs(built.input_elements());
  std::vector<float> output(static_cast<std::size_t>(built.output_elements()));
  const auto run = [&] { return instance.run(inputs.next(), output.data()); };

  BenchmarkResult result;
  const auto measure_peak = [&] {
    result.peak_gmacs = std::max(result.peak_gmacs, measure_fma_peak(isa, threads));
  };
  // Caches, page tables and the clock settle.
  constexpr double kWarmUpMs = 100;
  const int parts = with_stages ? 2 : 1;
  reporter.progress("warming up", 0, parts);
  for (const Clock::time_point begin = Clock::now();
       milliseconds(Clock::now() - begin) < kWarmUpMs;) {
    SLIMC_TRY(run());
  }

  // The machine's clock drifts, so the peak is measured all along.
  constexpr int kPeaks = 8;
  const int runs_a_peak = (runs + kPeaks - 1) / kPeaks;
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    if (i % runs_a_peak == 0) {
      measure_peak();
      SLIMC_TRY(run());  // back to this network's cache contents
    }
    const Clock::time_point begin = Clock::now();
    SLIMC_TRY(run());
    times.push_back(milliseconds(Clock::now() - begin));
  }
  measure_peak();

  if (with_stages) {
    reporter.progress("timing stages", 1, parts);
    improve(result.levels, measure_memory_levels(isa, threads));
    SLIMC_TRY(run());
    StageClock clock(built.network.stages().size());
    instance.set_observer(StageClock::observe, &clock);
    for (int i = 0; i < runs; ++i) {
      SLIMC_TRY(run());
      clock.end_run();
    }
    instance.set_observer(nullptr, nullptr);
    result.stages = stage_times(built, clock);
    improve(result.levels, measure_memory_levels(isa, threads));
    add_limits(built, result, threads);
  }
  reporter.progress("measured", parts, parts);

  result.min_ms = quantile(times, 0);
  result.median_ms = quantile(times, 0.5);
  result.p90_ms = quantile(times, 0.9);
  result.batch = built.code().plan.input_shape[0];
  result.multiply_adds = built.code().plan.multiply_adds * result.batch;  // the plan's: one image
  result.gmacs = gmacs(result.multiply_adds, result.min_ms);
  return result;
}

}  // namespace slimc
