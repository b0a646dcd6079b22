// The tiny network for a target without an operating system. Its source needs nothing but memset,
// so it runs on this machine as well.
#include <gtest/gtest.h>

#include <array>

#include "tests/runtime/tiny_reference.h"
#include "tiny.h"

namespace slimc::testing {
namespace {

alignas(TINY_MEMORY_ALIGNMENT) unsigned char memory[TINY_MEMORY_BYTES(2)];

TEST(NoThreads, ComputesTheNetwork) {
  std::array<float, TINY_INPUT_SIZE> input;
  std::array<float, TINY_OUTPUT_SIZE> output;
  for (int i = 0; i < TINY_INPUT_SIZE; ++i) input[i] = static_cast<float>(i * 5 % 17 - 8) / 8.0f;
  tiny* network = nullptr;
  ASSERT_EQ(tiny_create(memory, sizeof(memory), 1, &network), TINY_OK);
  ASSERT_EQ(tiny_run(network, input.data(), output.data()), TINY_OK);
  tiny_destroy(network);
  const std::vector<double> right = expected_batch(input);
  for (int i = 0; i < TINY_OUTPUT_SIZE; ++i) EXPECT_EQ(output[i], right[i]) << i;
}

TEST(NoThreads, HasOneThreadOnly) {
  tiny* network = nullptr;
  EXPECT_EQ(TINY_MAX_THREADS, 1);
  EXPECT_EQ(tiny_create(memory, sizeof(memory), 2, &network), TINY_ERROR_THREADS_OUT_OF_RANGE);
}

}  // namespace
}  // namespace slimc::testing
