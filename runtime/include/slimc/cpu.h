// Which instructions the CPU has that the kernels were compiled for, so that a lack of them is an
// error code and not an illegal instruction.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

namespace slimc {
namespace cpu {

enum Feature : uint32_t {
  sse41 = 1u << 0,
  avx = 1u << 1,
  // Compilers take AVX2 to bring along the bit manipulation of Haswell: BMI1, BMI2 and LZCNT.
  avx2 = 1u << 2,
  f16c = 1u << 3,
  fma = 1u << 4,
  avx512f = 1u << 5,
  avx512cd = 1u << 6,
  avx512bw = 1u << 7,
  avx512dq = 1u << 8,
  avx512vl = 1u << 9,
  avx512ifma = 1u << 10,
  avx512vbmi = 1u << 11,
  avx512vnni = 1u << 12,
  avx512bf16 = 1u << 13,
  dotprod = 1u << 16,  // ARM: dot products of 8-bit integers
  fp16 = 1u << 17,     // ARM: half-precision arithmetic
};

#if defined(__x86_64__) || defined(__i386__)

// The registers that the operating system saves: bits of XCR0.
static inline uint32_t saved_registers() {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static inline uint32_t detect() {
  enum Register { ebx, ecx, edx };
  struct Bit {
    uint32_t feature;
    Register in;
    int bit;
  };
  // Features that need 512-bit registers, in leaf 7.
  constexpr Bit wide[] = {
      {avx512f, ebx, 16},  {avx512dq, ebx, 17}, {avx512ifma, ebx, 21}, {avx512cd, ebx, 28},
      {avx512bw, ebx, 30}, {avx512vl, ebx, 31}, {avx512vbmi, ecx, 1},  {avx512vnni, ecx, 11},
  };
  constexpr uint32_t ymm_saved = 0x06, zmm_saved = 0xe6;

  uint32_t a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  uint32_t found = 0;
  if (c >> 19 & 1) found |= sse41;
  const bool os_saves_registers = c >> 27 & 1;
  if (!os_saves_registers) return found;
  const uint32_t saved = saved_registers();
  if ((saved & ymm_saved) != ymm_saved || !(c >> 28 & 1)) return found;
  found |= avx;
  if (c >> 12 & 1) found |= fma;
  if (c >> 29 & 1) found |= f16c;

  uint32_t leaf7[3];
  if (!__get_cpuid_count(7, 0, &a, &leaf7[ebx], &leaf7[ecx], &leaf7[edx])) return found;
  const bool bmi = (leaf7[ebx] >> 3 & 1) && (leaf7[ebx] >> 8 & 1);
  const bool lzcnt = __get_cpuid(0x80000001u, &a, &b, &c, &d) && (c >> 5 & 1);
  if ((leaf7[ebx] >> 5 & 1) && bmi && lzcnt) found |= avx2;
  if ((saved & zmm_saved) != zmm_saved) return found;
  for (const Bit& row : wide) {
    if (leaf7[row.in] >> row.bit & 1) found |= row.feature;
  }
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 5 & 1)) found |= avx512bf16;
  return found;
}

#elif defined(__linux__)

extern "C" __attribute__((weak)) unsigned long getauxval(unsigned long type);

// NEON is part of arm64, and of what slimc calls armv7. What came later is in the kernel's list.
static inline uint32_t detect() {
  if (getauxval == nullptr) return 0;
  const unsigned long capabilities = getauxval(16);          // AT_HWCAP
#if defined(__aarch64__)
  constexpr unsigned long half = 3ul << 9, dot = 1ul << 20;  // FPHP and ASIMDHP; ASIMDDP
#else
  constexpr unsigned long half = 3ul << 22, dot = 1ul << 24;  // FPHP and ASIMDHP; ASIMDDP
#endif
  uint32_t found = 0;
  if ((capabilities & half) == half) found |= fp16;
  if ((capabilities & dot) == dot) found |= dotprod;
  return found;
}

#elif defined(__APPLE__)

extern "C" int sysctlbyname(const char* name, void* old_value, size_t* old_size, void* new_value,
                            size_t new_size);

static inline bool says_yes(const char* name) {
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname(name, &value, &size, nullptr, 0) == 0 && value != 0;
}

// Names from Apple's "Determining Instruction Set Characteristics"; neon_fp16 is what systems
// before macOS 12 and iOS 15 call it, and dot products have no name there.
static inline uint32_t detect() {
  uint32_t found = 0;
  if (says_yes("hw.optional.arm.FEAT_FP16") || says_yes("hw.optional.neon_fp16")) found |= fp16;
  if (says_yes("hw.optional.arm.FEAT_DotProd")) found |= dotprod;
  return found;
}

#else

// There is nobody to ask without an operating system: the target is taken at its word.
static inline uint32_t detect() { return ~0u; }

#endif

static inline bool has(uint32_t required) {
#ifdef SLIMC_CPU_FEATURES_FOR_TEST
  const uint32_t found = SLIMC_CPU_FEATURES_FOR_TEST;
#else
  const uint32_t found = required != 0 ? detect() : 0;
#endif
  return (found & required) == required;
}

// The first of what was compiled for different targets that the CPU has the instructions for, or
// null.
template <typename Code, size_t count>
static inline const Code* best(const Code (&codes)[count]) {
  for (const Code& code : codes) {
    if (has(code.required_cpu)) return &code;
  }
  return nullptr;
}

}  // namespace cpu
}  // namespace slimc
