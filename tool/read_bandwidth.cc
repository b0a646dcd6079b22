// Compiled with optimisation whatever the build type is: see CMakeLists.txt. The disassembly of the
// loops must show one vector instruction with a memory operand a vector.
#include "tool/read_bandwidth.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <utility>

#include "tool/run_together.h"

namespace slimc {
namespace {

typedef std::int64_t Words2 __attribute__((vector_size(16), may_alias));
typedef std::int64_t Words4 __attribute__((vector_size(32), may_alias));
typedef std::int64_t Words8 __attribute__((vector_size(64), may_alias));

// Vectors that are read in one step of the loop, each into a register of its own: exclusive or
// waits for nothing but its own last result, one cycle ago.
constexpr std::size_t kVectorsAStep = 8;

template <typename Vector, std::size_t... kVector>
[[gnu::always_inline]] inline std::int64_t read_all(const std::byte* data, std::size_t bytes,
                                                    std::index_sequence<kVector...>) {
  Vector sums[] = {(static_cast<void>(kVector), Vector{})...};
  const std::byte* const end = data + bytes / (sizeof sums) * (sizeof sums);
  for (; data != end; data += sizeof sums) {
    const auto* vectors = reinterpret_cast<const Vector*>(data);
    ((sums[kVector] ^= vectors[kVector]), ...);
  }
  const Vector sum = (sums[kVector] ^ ...);
  return sum[0];
}

using Read = std::int64_t (*)(const std::byte* data, std::size_t bytes);
using Indices = std::make_index_sequence<kVectorsAStep>;

#if defined(__x86_64__)
[[gnu::target("avx512f")]] std::int64_t read_avx512(const std::byte* data, std::size_t bytes) {
  return read_all<Words8>(data, bytes, Indices());
}
[[gnu::target("avx")]] std::int64_t read_avx(const std::byte* data, std::size_t bytes) {
  return read_all<Words4>(data, bytes, Indices());
}
#endif
std::int64_t read_16_bytes(const std::byte* data, std::size_t bytes) {
  return read_all<Words2>(data, bytes, Indices());
}

Read read_of(VectorIsa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case VectorIsa::Avx512:
      return read_avx512;
    case VectorIsa::AvxFma:
    case VectorIsa::Avx:
      return read_avx;
#endif
    default:
      return read_16_bytes;
  }
}

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Bytes = std::unique_ptr<std::byte, Free>;

constexpr std::size_t kAlignment = 4096;

// Written, so that each page is there. Null if there is not so much memory.
Bytes allocate(std::size_t bytes) {
  const std::size_t whole = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  Bytes memory(static_cast<std::byte*>(std::aligned_alloc(kAlignment, whole)));
  if (memory) std::fill_n(memory.get(), whole, std::byte{1});
  return memory;
}

// What a thread read, kept so that reading it cannot be left out.
volatile std::int64_t sink;

// Bytes a second, for at least kSeconds and one pass.
double rate(Read read, const std::byte* data, std::size_t bytes) {
  using Clock = std::chrono::steady_clock;
  constexpr double kSeconds = 0.003;
  sink = read(data, bytes);  // into the caches
  std::int64_t passes = 0;
  double seconds = 0;
  const Clock::time_point begin = Clock::now();
  for (std::int64_t more = 1; seconds < kSeconds; more *= 2) {
    for (std::int64_t pass = 0; pass < more; ++pass) sink = read(data, bytes);
    passes += more;
    seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  return static_cast<double>(passes) * static_cast<double>(bytes) / seconds;
}

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// "48K", "2048K", "260M"; 0 if it is neither.
std::int64_t parse_size(const std::string& text) {
  char* end = nullptr;
  const std::int64_t number = std::strtoll(text.c_str(), &end, 10);
  switch (*end) {
    case 'K':
      return number << 10;
    case 'M':
      return number << 20;
    default:
      return number;
  }
}

// "0", "0-1", "0,32": whether it names more than one CPU.
bool names_several(const std::string& cpus) {
  return cpus.find_first_of("-,") != std::string::npos;
}

constexpr std::int64_t kMaxMemoryBytes = std::int64_t{1} << 30;

// Bytes to read for the memory's bandwidth; 0 if the machine has too little of it to be sure that
// they do not come from the last cache.
std::int64_t bytes_behind(const CacheLevel& last) {
  const std::int64_t free_bytes =
      std::int64_t{sysconf(_SC_AVPHYS_PAGES)} * std::int64_t{sysconf(_SC_PAGESIZE)};
  const std::int64_t wanted = std::max<std::int64_t>(2 * last.bytes, 64 << 20);
  return wanted <= std::min(kMaxMemoryBytes, free_bytes / 4) ? wanted : 0;
}

}  // namespace

std::vector<CacheLevel> data_caches(const std::filesystem::path& folder) {
  std::vector<CacheLevel> caches;
  for (int index = 0;; ++index) {
    const std::filesystem::path cache = folder / ("index" + std::to_string(index));
    const std::string type = first_line(cache / "type");
    if (type.empty()) break;
    const std::int64_t bytes = parse_size(first_line(cache / "size"));
    if (type == "Instruction" || bytes <= 0) continue;
    caches.push_back({.level = std::atoi(first_line(cache / "level").c_str()),
                      .bytes = bytes,
                      .shared = names_several(first_line(cache / "shared_cpu_list"))});
  }
#ifdef _SC_LEVEL1_DCACHE_SIZE
  if (caches.empty()) {
    const std::pair<int, int> levels[] = {{1, _SC_LEVEL1_DCACHE_SIZE}, {2, _SC_LEVEL2_CACHE_SIZE}};
    for (const auto& [level, name] : levels) {
      const std::int64_t bytes = sysconf(name);
      if (bytes > 0) caches.push_back({.level = level, .bytes = bytes});
    }
  }
#endif
  std::sort(caches.begin(), caches.end(),
            [](const CacheLevel& a, const CacheLevel& b) { return a.level < b.level; });
  return caches;
}

double measure_read_bandwidth(VectorIsa isa, int threads, std::int64_t bytes) {
  const Read read = read_of(isa);
  std::vector<Bytes> data;
  for (int i = 0; i < threads; ++i) {
    data.push_back(allocate(static_cast<std::size_t>(bytes)));
    if (!data.back()) return 0;
  }
  constexpr double kGiga = 1e9;
  return sum_of_rates(threads,
                      [&](std::size_t thread) {
                        return rate(read, data[thread].get(), static_cast<std::size_t>(bytes));
                      }) /
         kGiga;
}

std::int64_t bytes_for_level(const std::vector<CacheLevel>& caches, std::size_t level,
                             int threads) {
  const CacheLevel& cache = caches[level];
  const std::int64_t own = cache.bytes / (cache.shared ? threads : 1);
  const std::int64_t above = level == 0 ? 0 : caches[level - 1].bytes;
  // Half of it, but of a last cache that is huge no more than what is clearly behind the one above.
  const std::int64_t half = own / 2;
  return level == 0 ? half : std::max(std::min(half, 4 * above), std::min(2 * above, own));
}

std::vector<MemoryLevel> measure_memory_levels(VectorIsa isa, int threads) {
  std::vector<MemoryLevel> levels;
  const std::vector<CacheLevel> caches = data_caches();
  for (std::size_t i = 0; i < caches.size(); ++i) {
    levels.push_back(
        {.name = "L" + std::to_string(caches[i].level),
         .bytes = caches[i].bytes,
         .shared = caches[i].shared,
         .gb_a_second = measure_read_bandwidth(isa, threads, bytes_for_level(caches, i, threads))});
  }
  const std::int64_t behind = caches.empty() ? 0 : bytes_behind(caches.back());
  if (behind > 0) {
    levels.push_back({.name = "memory",
                      .bytes = 0,
                      .shared = true,
                      .gb_a_second = measure_read_bandwidth(isa, threads, behind / threads)});
  }
  return levels;
}

}  // namespace slimc
