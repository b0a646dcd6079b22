// What keeps a stage from being faster: arithmetic, or the bytes it needs from a level of memory.
// Pure functions of numbers that were measured and planned.
//
// A stage takes at least as long as each of these:
//
//   arithmetic = multiply-adds / FMA peak of its threads
//   traffic    = weights / bandwidth of the level that holds all that a run of the network touches
//              + (input + output) / bandwidth of the level that holds this stage's working set
//
// Weights were last read one run ago, so they come from where the whole network fits; activations
// were written by the stage before. Each byte counts once a thread that needs it: stages that are
// split by rows read all weights on every thread, those split by channels all of their input. What
// a kernel reads again from a nearer level is not counted, and bytes that are written count as if
// they were read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace slimc {

struct MemoryLevel {
  std::string name;        // "L1", "L2", "L3", "memory"
  std::int64_t bytes = 0;  // 0: no end
  bool shared = false;     // one for all threads; otherwise each has one of that size
  double gb_a_second = 0;  // all threads together
};

// "L1 (48 kB) 300 GB/s, L2 (2048 kB) 110 GB/s, memory 12 GB/s"
std::string to_string(const std::vector<MemoryLevel>& levels);

// What one stage moves and computes, for one image.
struct StageWork {
  std::int64_t multiply_adds = 0;
  std::int64_t weight_bytes = 0, input_bytes = 0, output_bytes = 0;
  int tasks = 1;
  bool split_channels = false;  // tasks are ranges of channels, not of rows
  bool reads_all_input = true;  // split_channels: every task needs the whole input
};

// Bytes that have to lie somewhere: of the busiest thread, and of all threads together.
struct Footprint {
  std::int64_t a_thread = 0, all = 0;
};

struct Machine {
  int threads = 1;
  double peak_gmacs = 0;            // of all threads
  std::vector<MemoryLevel> levels;  // the nearest first
};

// Bytes that all threads together read and write.
std::int64_t bytes_moved(const StageWork& work, int threads);

// What a stage touches; what a whole run does, with an arena for the activations.
Footprint footprint(const StageWork& work, int threads);
Footprint network_footprint(const std::vector<StageWork>& stages, std::int64_t arena_bytes,
                            int threads);

struct StageLimit {
  std::string name;  // "arithmetic" or a level's; empty if nothing was measured
  double ms = 0;     // no run is faster
};

StageLimit limit_of(const StageWork& work, const Footprint& network, const Machine& machine);

}  // namespace slimc
