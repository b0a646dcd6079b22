// What the runtime finds on this CPU against the compiler's library and the kernel.
#include <gtest/gtest.h>

#include "slimc/runtime.h"

namespace {

#if defined(__x86_64__)
TEST(Cpu, AgreesWithTheCompilersLibrary) {
  const std::uint32_t found = slimc::cpu::detect();
#define SLIMC_SAME(feature, name) \
  EXPECT_EQ((found & slimc::cpu::feature) != 0, __builtin_cpu_supports(name) != 0) << name
  SLIMC_SAME(sse41, "sse4.1");
  SLIMC_SAME(avx, "avx");
  SLIMC_SAME(avx2, "avx2");
  SLIMC_SAME(fma, "fma");
  SLIMC_SAME(avx512f, "avx512f");
  SLIMC_SAME(avx512cd, "avx512cd");
  SLIMC_SAME(avx512bw, "avx512bw");
  SLIMC_SAME(avx512dq, "avx512dq");
  SLIMC_SAME(avx512vl, "avx512vl");
  SLIMC_SAME(avx512ifma, "avx512ifma");
  SLIMC_SAME(avx512vbmi, "avx512vbmi");
  SLIMC_SAME(avx512vnni, "avx512vnni");
#undef SLIMC_SAME
}
#endif

TEST(Cpu, HasNothingThatDoesNotExist) {
  EXPECT_TRUE(slimc::cpu::has(0));
#if defined(__x86_64__)
  EXPECT_FALSE(slimc::cpu::has(slimc::cpu::dotprod));
  EXPECT_FALSE(slimc::cpu::has(slimc::cpu::sse41 | slimc::cpu::fp16));
#endif
}

}  // namespace
