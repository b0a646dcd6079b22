/* For complete_test.cc: a header that a freestanding compilation must not find. */
#error "a library includes the system's <stdint.h>"
