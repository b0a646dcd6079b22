// How the processor rounds, treats denormals and traps: the calling thread's, which may be anything
// that its program set. Floats are computed in the default of IEEE 754 instead, as C starts a
// program: to nearest, with denormals, without traps. So bits depend neither on the program nor on
// which of its threads computes. 32-bit ARM's NEON takes denormals for zeros in any case.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace slimc {

// The default while it lives; then control and flags of exceptions are what they were. Costs a few
// nanoseconds. Nothing else of the program's may be called meanwhile.
class DefaultFloatEnvironment {
 public:
  DefaultFloatEnvironment() {
#if defined(__x86_64__) || defined(__i386__)
    constexpr uint32_t nearest_without_traps = 0x1f80;
    __asm__ volatile("stmxcsr %0" : "=m"(sse_) : : "memory");
    __asm__ volatile("ldmxcsr %0" : : "m"(nearest_without_traps) : "memory");
#if defined(__i386__)
    constexpr uint16_t control = 0x37f;  // the same
    __asm__ volatile("fnstenv %0\n\tfldcw %1" : "=m"(x87_) : "m"(control) : "memory");
#endif
#elif defined(__aarch64__)
    __asm__ volatile("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(control_), "=r"(status_) : : "memory");
    if (control_ != 0) __asm__ volatile("msr fpcr, xzr" : : : "memory");
#elif defined(__arm__)
    status_and_control_ = arm_fpscr();
    set_arm_fpscr(0);
#endif
  }
  DefaultFloatEnvironment(const DefaultFloatEnvironment&) = delete;
  DefaultFloatEnvironment& operator=(const DefaultFloatEnvironment&) = delete;
  ~DefaultFloatEnvironment() {
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("ldmxcsr %0" : : "m"(sse_) : "memory");
#if defined(__i386__)
    // With the flags: one that a trap waits for would trap in the caller.
    __asm__ volatile("fldenv %0" : : "m"(x87_) : "memory");
#endif
#elif defined(__aarch64__)
    __asm__ volatile("msr fpsr, %0" : : "r"(status_) : "memory");
    if (control_ != 0) __asm__ volatile("msr fpcr, %0" : : "r"(control_) : "memory");
#elif defined(__arm__)
    set_arm_fpscr(status_and_control_);
#endif
  }

 private:
#if defined(__arm__)
  // Where the ABI passes no floats in registers, the compiler knows of none; the kernels do.
  static unsigned arm_fpscr() {
#if defined(__ARM_FP)
    return __builtin_arm_get_fpscr();
#else
    unsigned value;
    __asm__ volatile(".fpu vfpv2\n\tvmrs %0, fpscr" : "=r"(value) : : "memory");
    return value;
#endif
  }
  static void set_arm_fpscr(unsigned value) {
    __asm__ volatile("" : : : "memory");  // what was computed before stays before
#if defined(__ARM_FP)
    __builtin_arm_set_fpscr(value);
#else
    __asm__ volatile(".fpu vfpv2\n\tvmsr fpscr, %0" : : "r"(value) : "memory");
#endif
    __asm__ volatile("" : : : "memory");
  }
#endif

#if defined(__x86_64__) || defined(__i386__)
  uint32_t sse_;
#if defined(__i386__)
  unsigned char x87_[28];
#endif
#elif defined(__aarch64__)
  uint64_t control_, status_;
#elif defined(__arm__)
  unsigned status_and_control_;
#endif
};

}  // namespace slimc
