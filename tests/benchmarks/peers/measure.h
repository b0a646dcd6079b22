// Runs the contenders of one row against each other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/result.h"
#include "tests/benchmarks/peers/comparison.h"
#include "tool/fma_peak.h"

namespace slimc::peers {

// How a contender is run.
struct Entry {
  Contender contender;
  std::string program;                 // the runner
  std::vector<std::string> arguments;  // beyond model, threads, inputs and seed
  bool is_reference = false;           // the one whose probabilities the others must have
  VectorIsa isa = VectorIsa::Sse;      // ours: what its kernels use, for the peak
  bool has_peak = false;
};

struct MeasureOptions {
  std::string model;  // a checkpoint's prefix
  int threads = 1;
  int rounds = 100;
  double warmup_ms = 2;  // a turn: runs that do not count, at least one
  double timed_ms = 4;   // a turn: timed runs, at least `repeats`
  int repeats = 3;
  int inputs = 16;  // images in the pool
  unsigned seed = 1;
  double tolerance = 1e-4;
};

// Enough of them for the minimum to settle: 100 for networks under 100 million multiply-adds, 30
// above, whose runs are long.
int default_rounds(std::int64_t multiply_adds);

// The largest difference of two results; infinity for results of different size and where something
// is not a number.
double max_difference(const std::vector<float>& a, const std::vector<float>& b);

// Starts a runner for each entry, compares what they compute, then lets those that agree take
// turns. What goes wrong with a contender stands in its outcome.
Row measure_row(const std::vector<Entry>& entries, const MeasureOptions& options);

}  // namespace slimc::peers
