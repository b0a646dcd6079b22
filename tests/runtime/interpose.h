// Stands between the program and the C library, for tests that count or that need a failure.
#pragma once

namespace slimc::testing {

// Whether it is linked and works: sanitizers have functions of their own in the same places.
bool can_interpose();

// Calls of malloc, calloc, realloc, aligned_alloc and posix_memalign in this process so far.
long allocations();

// The pthread_create after the next `successes` ones fails with EAGAIN; -1: none does.
void fail_thread_after(int successes);

}  // namespace slimc::testing
