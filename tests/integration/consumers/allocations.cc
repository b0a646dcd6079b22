// run() allocates nothing, once its threads are there: every way to the heap is counted, on all
// threads.
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "expect.h"
#include "one.h"

namespace {

std::atomic<int> allocations{0};

constexpr int threads = 2;
alignas(ONE_MEMORY_ALIGNMENT) unsigned char memory[ONE_MEMORY_BYTES(threads)];
float input[ONE_INPUT_SIZE], output[ONE_OUTPUT_SIZE];
std::uint8_t input_u8[ONE_INPUT_SIZE];

}  // namespace

// These stand before the C library's own; glibc lends its originals under these names.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t bytes) { return ++allocations, __libc_malloc(bytes); }
void* calloc(std::size_t n, std::size_t bytes) { return ++allocations, __libc_calloc(n, bytes); }
void* realloc(void* old, std::size_t bytes) { return ++allocations, __libc_realloc(old, bytes); }
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return ++allocations, __libc_memalign(alignment, bytes);
}
int posix_memalign(void** result, std::size_t alignment, std::size_t bytes) {
  *result = aligned_alloc(alignment, bytes);
  return 0;
}
}

int main() {
  // The counter counts, or the zeros below mean nothing.
  const int before = allocations;
  void* volatile sample = malloc(100);
  expect(allocations == before + 1);
  free(sample);

  one* network = nullptr;
  expect(one_create(memory, sizeof memory, threads, &network) == ONE_OK);

  // The system's threads are started here, and the C library allocates what it knows of each.
  expect(one_run(network, input, output) == ONE_OK);
  const int at_start = allocations;
  for (int i = 0; i < 10; ++i) {
    expect(one_run(network, input, output) == ONE_OK);
    expect(one_run_u8(network, input_u8, output) == ONE_OK);
  }
  expect(allocations == at_start);

  one_destroy(network);
}
