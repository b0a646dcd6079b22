// The other wall: how many bytes a second the cores can read from each level of memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tool/fma_peak.h"
#include "tool/stage_limits.h"

namespace slimc {

// A data or unified cache of one core.
struct CacheLevel {
  int level = 1;
  std::int64_t bytes = 0;
  bool shared = false;  // with another core
};

// From sysfs, ascending, where Linux says; otherwise L1 and L2 as the C library knows them; empty
// where neither does.
std::vector<CacheLevel> data_caches(
    const std::filesystem::path& folder = "/sys/devices/system/cpu/cpu0/cache");

// Billions of bytes a second that `threads` threads together read, each from `bytes` of its own,
// again and again for some milliseconds, with the target's vectors. The CPU must have them.
double measure_read_bandwidth(VectorIsa isa, int threads, std::int64_t bytes);

// Bytes that each thread reads to measure cache `level`: more than the caches above it hold, and
// well inside its own.
std::int64_t bytes_for_level(const std::vector<CacheLevel>& caches, std::size_t level, int threads);

// All caches, and the memory behind them where enough of it is free to be measured.
std::vector<MemoryLevel> measure_memory_levels(VectorIsa isa, int threads);

}  // namespace slimc
