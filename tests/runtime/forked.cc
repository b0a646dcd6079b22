#include "tests/runtime/forked.h"

// ThreadSanitizer's runtime asks for it; as it is by default, it ends a child that starts threads.
extern "C" const char* __tsan_default_options() { return "die_after_fork=0"; }
