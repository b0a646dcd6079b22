// How fast a compiled network is on this machine: `slimc bench`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/reporter.h"
#include "tool/build_network.h"
#include "tool/fma_peak.h"
#include "tool/stage_clock.h"
#include "tool/stage_limits.h"

namespace slimc {

struct StageTime {
  std::string name, kind;
  double ms = 0;                   // the fastest of the runs, all images of the batch
  std::int64_t multiply_adds = 0;  // likewise
  double gmacs = 0;
  double share = 0;             // of the sum of all stages' ms
  double fraction_of_peak = 0;  // gmacs over the FMA peak of as many threads
  std::int64_t bytes = 0;       // moved: weights and activations, as stage_limits.h counts them
  StageLimit limit;             // of all images of the batch
  double fraction_of_limit() const { return limit.ms / ms; }
};

struct BenchmarkResult {
  double min_ms = 0, median_ms = 0, p90_ms = 0;
  std::int64_t batch = 1;          // images a run
  std::int64_t multiply_adds = 0;  // of a run: all images of the batch
  double gmacs = 0;                // multiply_adds over min_ms
  double peak_gmacs = 0;          // the best of the measurements before, between and after the runs
  std::vector<StageTime> stages;  // empty if they were not asked for
  std::vector<MemoryLevel> levels;  // likewise
  double fraction_of_peak() const { return gmacs / peak_gmacs; }
};

// `runs` timed runs on random input that changes from run to run, after some that do not count;
// then as many with the clock read around every stage, if `with_stages`, and the bandwidth of every
// level of memory before and after them.
Result<BenchmarkResult> benchmark(const BuiltNetwork& built, VectorIsa isa, int threads, int runs,
                                  bool with_stages, Reporter& reporter);

}  // namespace slimc
