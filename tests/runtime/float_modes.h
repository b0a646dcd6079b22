// What a program may have made of its floats: how they are rounded, that denormals are zeros, that
// exceptions trap.
#pragma once

#include <fenv.h>

#include <cstdint>

namespace slimc::testing {

// The calling thread's register, control and flags.
#if defined(__x86_64__)
using FloatControl = std::uint32_t;
inline FloatControl float_control() { return __builtin_ia32_stmxcsr(); }
inline void set_float_control(FloatControl value) { __builtin_ia32_ldmxcsr(value); }
inline constexpr FloatControl kDenormalsAreZeros = 0x8040;  // DAZ, FTZ
#elif defined(__aarch64__)
using FloatControl = std::uint64_t;
inline FloatControl float_control() {
  FloatControl value;
  __asm__ volatile("mrs %0, fpcr" : "=r"(value));
  return value;
}
inline void set_float_control(FloatControl value) {
  __asm__ volatile("msr fpcr, %0" : : "r"(value) : "memory");
}
inline constexpr FloatControl kDenormalsAreZeros = 1 << 24;  // FZ
#endif

struct FloatMode {
  const char* name;
  int rounding;
  bool denormals_are_zeros;
  bool traps;
};
inline constexpr FloatMode kFloatModes[] = {{"Default", FE_TONEAREST, false, false},
                                            {"Upward", FE_UPWARD, false, false},
                                            {"Downward", FE_DOWNWARD, false, false},
                                            {"TowardZero", FE_TOWARDZERO, false, false},
                                            {"NoDenormals", FE_TONEAREST, true, false},
                                            {"Traps", FE_TONEAREST, false, true},
                                            {"All", FE_UPWARD, true, true}};

// The mode while it lives, with one flag raised. Nothing that computes floats may come between.
class InFloatMode {
 public:
  explicit InFloatMode(const FloatMode& mode) {
    fegetenv(&before_);
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept(FE_UNDERFLOW);
    fesetround(mode.rounding);
    if (mode.denormals_are_zeros) set_float_control(float_control() | kDenormalsAreZeros);
#ifdef __GLIBC__
    if (mode.traps) feenableexcept(FE_ALL_EXCEPT & ~FE_UNDERFLOW);
#endif
    set_ = float_control();
  }
  InFloatMode(const InFloatMode&) = delete;
  InFloatMode& operator=(const InFloatMode&) = delete;
  ~InFloatMode() { fesetenv(&before_); }

  bool is_as_it_was() const {
    return float_control() == set_ && fetestexcept(FE_ALL_EXCEPT) == FE_UNDERFLOW;
  }

 private:
  fenv_t before_;
  FloatControl set_;
};

}  // namespace slimc::testing
