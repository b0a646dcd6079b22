// What a comparison finds, and the figures that are made from it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tool/stage_limits.h"

namespace slimc::peers {

// Where and how it was measured.
struct Circumstances {
  std::string cpu;  // "Intel(R) Xeon(R) Processor, family 6, model 207"
  int cores = 0;
  std::string system;                  // "Linux 6.1.0"
  std::string date;                    // UTC
  double load = 0;                     // of the last minute, when it began
  double warmup_ms = 0, timed_ms = 0;  // a turn, at least
  int repeats = 0;                     // timed runs a turn, at least
  int inputs = 0;
  double tolerance = 0;  // of probabilities
  std::vector<std::string> notes;
};

// A column of the report.
struct Contender {
  std::string name;   // "onnxruntime"
  bool ours = false;  // slimc in one of its forms
};

// What one contender did with one network and number of threads.
struct Outcome {
  std::string description;  // version and settings, as the runner states them
  std::string problem;      // empty: it agrees with the reference and was timed
  double max_difference = 0;
  double min_ms = 0, median_ms = 0;
  int runs = 0;  // that were timed
  // Bytes; 0 where the runner does not know them.
  std::int64_t memory = 0;          // that the caller provides for a run
  std::int64_t beyond_weights = 0;  // of the network's library
  bool timed() const { return problem.empty() && min_ms > 0; }
};

struct Row {
  std::string network;
  int threads = 1;
  int rounds = 0;
  std::int64_t multiply_adds = 0;
  std::vector<double> peaks;      // like contenders: GMAC/s of the vectors it uses; 0: not known
  std::vector<Outcome> outcomes;  // like contenders
};

// What that many threads read from each level of memory.
struct Bandwidth {
  int threads = 1;
  std::vector<MemoryLevel> levels;
};

struct Comparison {
  Circumstances circumstances;
  std::vector<Contender> contenders;
  std::vector<Row> rows;
  std::vector<Bandwidth> bandwidths;
};

enum class Figure { Min, Median };
double time_of(const Outcome& outcome, Figure figure);

// The contender, not one of ours, with the lowest time in a row; -1 if none was timed.
int best_peer(const Comparison& comparison, const Row& row, Figure figure);

// The best peer's time over the contender's: above 1, the contender is faster. 0 if it is not
// known.
double ratio_to_best_peer(const Comparison& comparison, const Row& row, int contender,
                          Figure figure);

// Over the rows of so many threads; the lowest of them beside it. 0 if a row has no ratio.
struct Summary {
  double geometric_mean = 0, lowest = 0;
};
Summary summarise(const Comparison& comparison, int threads, int contender, Figure figure);

// How often a contender's time on 2 threads goes into its time on 1. 0 if it is not known.
double two_threads_over_one(const Comparison& comparison, const std::string& network, int contender,
                            Figure figure);

// The networks in the comparison, in order of appearance.
std::vector<std::string> networks_of(const Comparison& comparison);

// The row of a network on so many threads; null if there is none.
const Row* find_row(const Comparison& comparison, const std::string& network, int threads);

// The numbers of threads in the comparison, in order of appearance.
std::vector<int> threads_of(const Comparison& comparison);

// What went wrong, a line each: "mobilenet_v1_1.0_224, 1 thread, opencv: ..."
std::vector<std::string> problems_of(const Comparison& comparison);

// Multiply-adds a second in billions, at the lowest time.
double gmacs(const Row& row, const Outcome& outcome);

}  // namespace slimc::peers
