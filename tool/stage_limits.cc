#include "tool/stage_limits.h"

#include <fmt/format.h>

#include <algorithm>

namespace slimc {
namespace {

int threads_of(const StageWork& work, int threads) { return std::min(threads, work.tasks); }

std::int64_t share(std::int64_t bytes, int threads) { return (bytes + threads - 1) / threads; }

// Of one thread that takes part.
std::int64_t weights_a_thread(const StageWork& work, int threads) {
  return work.split_channels ? share(work.weight_bytes, threads_of(work, threads))
                             : work.weight_bytes;
}
std::int64_t input_a_thread(const StageWork& work, int threads) {
  return work.split_channels && work.reads_all_input
             ? work.input_bytes
             : share(work.input_bytes, threads_of(work, threads));
}

std::int64_t weights_moved(const StageWork& work, int threads) {
  return work.split_channels ? work.weight_bytes : work.weight_bytes * threads_of(work, threads);
}
std::int64_t activations_moved(const StageWork& work, int threads) {
  const bool everywhere = work.split_channels && work.reads_all_input;
  return work.input_bytes * (everywhere ? threads_of(work, threads) : 1) + work.output_bytes;
}

// The nearest level that holds so much; the last one if none does.
const MemoryLevel& level_of(const Footprint& bytes, const std::vector<MemoryLevel>& levels) {
  const auto holds = [&](const MemoryLevel& level) {
    return level.bytes == 0 || (level.shared ? bytes.all : bytes.a_thread) <= level.bytes;
  };
  const auto found = std::find_if(levels.begin(), levels.end(), holds);
  return found == levels.end() ? levels.back() : *found;
}

double milliseconds(std::int64_t bytes, const MemoryLevel& level) {
  constexpr double kBytesAMillisecond = 1e6;  // of one GB/s
  return static_cast<double>(bytes) / (level.gb_a_second * kBytesAMillisecond);
}

}  // namespace

std::string to_string(const std::vector<MemoryLevel>& levels) {
  std::string text;
  for (const MemoryLevel& level : levels) {
    text += fmt::format("{}{} {}{:.0f} GB/s", text.empty() ? "" : ", ", level.name,
                        level.bytes == 0 ? "" : fmt::format("({} kB) ", level.bytes >> 10),
                        level.gb_a_second);
  }
  return text;
}

std::int64_t bytes_moved(const StageWork& work, int threads) {
  return weights_moved(work, threads) + activations_moved(work, threads);
}

Footprint footprint(const StageWork& work, int threads) {
  return {.a_thread = weights_a_thread(work, threads) + input_a_thread(work, threads) +
                      share(work.output_bytes, threads_of(work, threads)),
          .all = work.weight_bytes + work.input_bytes + work.output_bytes};
}

Footprint network_footprint(const std::vector<StageWork>& stages, std::int64_t arena_bytes,
                            int threads) {
  Footprint sum = {.a_thread = share(arena_bytes, threads), .all = arena_bytes};
  for (const StageWork& work : stages) {
    sum.a_thread += weights_a_thread(work, threads);
    sum.all += work.weight_bytes;
  }
  return sum;
}

StageLimit limit_of(const StageWork& work, const Footprint& network, const Machine& machine) {
  StageLimit limit;
  if (machine.peak_gmacs > 0) {
    // Threads without a task do not help.
    const double peak = machine.peak_gmacs * threads_of(work, machine.threads) / machine.threads;
    constexpr double kMultiplyAddsAMillisecond = 1e6;  // of one GMAC/s
    limit = {.name = "arithmetic",
             .ms = static_cast<double>(work.multiply_adds) / (peak * kMultiplyAddsAMillisecond)};
  }
  if (machine.levels.empty()) return limit;
  const MemoryLevel& far = level_of(network, machine.levels);
  const MemoryLevel& near = level_of(footprint(work, machine.threads), machine.levels);
  const double weights_ms = milliseconds(weights_moved(work, machine.threads), far);
  const double activations_ms = milliseconds(activations_moved(work, machine.threads), near);
  if (weights_ms + activations_ms > limit.ms) {
    limit = {.name = weights_ms > activations_ms ? far.name : near.name,
             .ms = weights_ms + activations_ms};
  }
  return limit;
}

}  // namespace slimc
