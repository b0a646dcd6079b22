// The same source, compiled to believe that the CPU has no features at all.
#include <gtest/gtest.h>

#include "tiny.h"

namespace {

alignas(TINY_MEMORY_ALIGNMENT) unsigned char memory[TINY_MEMORY_BYTES(1)];

TEST(UnsupportedCpu, IsAnError) {
#if !defined(__x86_64__)
  GTEST_SKIP() << "the baseline of this architecture is all that the target needs";
#endif
  tiny* network = reinterpret_cast<tiny*>(memory);
  EXPECT_EQ(tiny_create(memory, sizeof(memory), 1, &network), TINY_ERROR_UNSUPPORTED_CPU);
  EXPECT_EQ(network, nullptr);
}

}  // namespace
