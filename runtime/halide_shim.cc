// What Halide's autoschedulers may make a kernel ask of Halide's runtime. slimc adds this file to a
// library only if one of its kernels does; its own schedules ask for nothing. The symbols are weak:
// a program that links Halide's real runtime uses that.
//
// Freestanding, so that it compiles for every target without that target's headers.

typedef __SIZE_TYPE__ size_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __UINT8_TYPE__ uint8_t;

extern "C" {

void* malloc(size_t bytes);
void free(void* memory);
[[noreturn]] void abort(void);

// Halide expects room for aligned vector loads at the start and beyond the end.
__attribute__((weak)) void* halide_malloc(void*, size_t bytes) {
  const size_t alignment = 128;
  void* block = malloc(bytes + 2 * alignment);
  if (!block) return nullptr;
  // Room for the pointer that free() needs, just below what the kernel sees.
  const uintptr_t first = reinterpret_cast<uintptr_t>(block) + sizeof(void*);
  const uintptr_t aligned = (first + alignment - 1) / alignment * alignment;
  reinterpret_cast<void**>(aligned)[-1] = block;
  return reinterpret_cast<void*>(aligned);
}

__attribute__((weak)) void halide_free(void*, void* memory) {
  if (memory) free(static_cast<void**>(memory)[-1]);
}

// Threads are slimc's: a kernel is one task and runs on one of them.
typedef int (*halide_task_t)(void* context, int index, uint8_t* closure);

__attribute__((weak)) int halide_do_par_for(void* context, halide_task_t task, int min, int size,
                                            uint8_t* closure) {
  for (int i = min; i < min + size; ++i) {
    if (const int status = task(context, i, closure)) return status;
  }
  return 0;
}

// Kernels are compiled without assertions, so these only stand for broken invariants.
__attribute__((weak)) void halide_error(void*, const char*) { abort(); }

__attribute__((weak)) int halide_error_out_of_memory(void*) { return -11; }

__attribute__((weak)) int halide_error_buffer_allocation_too_large(void*, const char*,
                                                                   unsigned long long,
                                                                   unsigned long long) {
  return -5;
}

}  // extern "C"
