// By what a process notices that it is a copy, made by a fork: its threads are not in it.
//
// The number of the process is another one then, but where it is the first of its own namespace
// (CLONE_NEWPID) and so was its parent. So on Linux there is a page, too, that the kernel empties
// in every copy, whatever made it. Where it cannot be had, the number is all there is.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifndef SLIMC_NO_THREADS
#define SLIMC_TEXT_OF(x) #x
#define SLIMC_TEXT(x) SLIMC_TEXT_OF(x)
#define SLIMC_LIBC(name) __asm__(SLIMC_TEXT(__USER_LABEL_PREFIX__) #name)
extern "C" {
int slimc_getpid() SLIMC_LIBC(getpid);
#if defined(__linux__)
long slimc_kernel_call(long number, ...) SLIMC_LIBC(syscall);
#endif
}
#undef SLIMC_LIBC
#undef SLIMC_TEXT
#undef SLIMC_TEXT_OF

namespace slimc {
namespace {

// In zeros: set nowhere yet.
class ForkMark {
 public:
  // In the process that is to be recognised.
  void set() {
    process_ = slimc_getpid();
#if defined(__linux__)
    page_ = nullptr;
    const long at =
        slimc_kernel_call(mmap_number, 0l, long{page_bytes}, long{3}, long{0x22}, -1l, 0l);
    if (at == -1) return;
    int* page = reinterpret_cast<int*>(at);
    constexpr long wipe_on_fork = 18;
    if (slimc_kernel_call(madvise_number, at, long{page_bytes}, wipe_on_fork) != 0) {
      slimc_kernel_call(munmap_number, at, long{page_bytes});
      return;
    }
    // Atomic for those who look for races: another thread's page, given back, may have been here.
    __atomic_store_n(page, 1, __ATOMIC_RELAXED);
    page_ = page;
#endif
  }

  // In that process and in copies of it.
  void clear() {
#if defined(__linux__)
    if (page_ != nullptr) slimc_kernel_call(munmap_number, page_, long{page_bytes});
    page_ = nullptr;
#endif
  }

  bool is_copy() const {
#if defined(__linux__)
    if (page_ != nullptr && __atomic_load_n(page_, __ATOMIC_RELAXED) == 0) return true;
#endif
    return process_ != slimc_getpid();
  }

 private:
  int process_;
#if defined(__linux__)
  // C libraries disagree in the size of mmap's off_t, but not in how the kernel is called. A page
  // of any kernel's divides the mapping: 64 kB are the largest there are.
#if defined(__x86_64__)
  static constexpr long mmap_number = 9, munmap_number = 11, madvise_number = 28;
#elif defined(__aarch64__)
  static constexpr long mmap_number = 222, munmap_number = 215, madvise_number = 233;
#elif defined(__i386__)
  static constexpr long mmap_number = 192, munmap_number = 91, madvise_number = 219;
#elif defined(__arm__)
  static constexpr long mmap_number = 192, munmap_number = 91, madvise_number = 220;
#endif
  static constexpr long page_bytes = 1;  // the kernel rounds up to a page
  int* page_;
#endif
};

}  // namespace
}  // namespace slimc
#endif
