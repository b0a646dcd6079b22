// Compiled with optimisation and contraction of a*b+c whatever the build type is: see
// CMakeLists.txt. The disassembly of the loops must show vector multiply-adds and no loads.
#include "tool/fma_peak.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include "tool/run_together.h"

namespace slimc {
namespace {

typedef float Float4 __attribute__((vector_size(16)));
typedef float Float8 __attribute__((vector_size(32)));
typedef float Float16 __attribute__((vector_size(64)));

// Each chain is a dependent sequence; kChains of them hide the latency: 4 or 5 cycles times 2 units
// on today's x86, 4 times 4 on the widest ARM cores. All of them and two operands fit the
// registers. They are unrolled by hand, as a pack: GCC keeps an array that a loop runs over in
// memory.
template <typename Vector, int... kChain>
[[gnu::always_inline]] inline float run_chains(std::int64_t steps,
                                               std::integer_sequence<int, kChain...>) {
  constexpr int kLanes = sizeof(Vector) / sizeof(float);
  Vector chains[] = {Vector{} + static_cast<float>(kChain)...};
  // The chains converge to addend / (1 - factor), far from denormals and infinity.
  Vector factor = Vector{} + 0.999f, addend = Vector{} + 0.001f;
  asm volatile("" : "+m"(factor), "+m"(addend));  // unknown to the optimiser
  for (std::int64_t step = 0; step < steps; ++step) {
    ((chains[kChain] = chains[kChain] * factor + addend), ...);
  }
  float sum = 0;
  const Vector total = (chains[kChain] + ...);
  for (int lane = 0; lane < kLanes; ++lane) sum += total[lane];
  return sum;
}

constexpr int kChainsOf16Registers = 12, kChainsOf32Registers = 24;

#if defined(__x86_64__)
[[gnu::target("avx512f")]] float run_avx512(std::int64_t steps) {
  return run_chains<Float16>(steps, std::make_integer_sequence<int, kChainsOf32Registers>());
}
[[gnu::target("avx2,fma")]] float run_avx_fma(std::int64_t steps) {
  return run_chains<Float8>(steps, std::make_integer_sequence<int, kChainsOf16Registers>());
}
[[gnu::target("avx")]] float run_avx(std::int64_t steps) {
  return run_chains<Float8>(steps, std::make_integer_sequence<int, kChainsOf16Registers>());
}
#endif

#if defined(__aarch64__)
constexpr int kChainsOf4Floats = kChainsOf32Registers;
#else
constexpr int kChainsOf4Floats = kChainsOf16Registers;
#endif
float run_4_floats(std::int64_t steps) {
  return run_chains<Float4>(steps, std::make_integer_sequence<int, kChainsOf4Floats>());
}

// A loop, and the multiply-adds of one of its steps.
struct Loop {
  float (*run)(std::int64_t steps);
  int multiply_adds;
};

Loop loop_of(VectorIsa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case VectorIsa::Avx512:
      return {run_avx512, kChainsOf32Registers * 16};
    case VectorIsa::AvxFma:
      return {run_avx_fma, kChainsOf16Registers * 8};
    case VectorIsa::Avx:
      return {run_avx, kChainsOf16Registers * 8};
#endif
    default:
      return {run_4_floats, kChainsOf4Floats * 4};
  }
}

// What a thread computed, kept so that computing it cannot be left out.
volatile float sink;

// Multiply-adds a second in a loop of `steps`.
double rate(const Loop& loop, std::int64_t steps) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  sink = loop.run(steps);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return static_cast<double>(steps) * loop.multiply_adds / seconds;
}

}  // namespace

double measure_fma_peak(VectorIsa isa, int threads) {
  const Loop loop = loop_of(isa);
  // Long enough for a clock that needs time to rise and for threads to overlap, short enough to be
  // measured between runs.
  constexpr double kSeconds = 0.004;
  constexpr std::int64_t kTrialSteps = 20000;
  const auto steps =
      static_cast<std::int64_t>(rate(loop, kTrialSteps) * kSeconds / loop.multiply_adds);
  constexpr double kGiga = 1e9;
  return sum_of_rates(threads, [&](std::size_t) { return rate(loop, steps); }) / kGiga;
}

}  // namespace slimc
