// The tiny network for a target without an operating system. Its source needs nothing but memset,
// so it runs on this machine as well.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/runtime/parallel_fors.h"
#include "tests/runtime/tiny_reference.h"
#include "tiny.h"

namespace slimc::testing {
namespace {

alignas(TINY_MEMORY_ALIGNMENT) unsigned char memory[TINY_MEMORY_BYTES(3)];

struct Image {
  std::array<float, TINY_INPUT_SIZE> input;
  std::vector<double> right;

  Image() {
    for (int i = 0; i < TINY_INPUT_SIZE; ++i) input[i] = static_cast<float>(i * 5 % 17 - 8) / 8.0f;
    right = expected_batch(input);
  }
  void expect_right(tiny* network) const {
    std::array<float, TINY_OUTPUT_SIZE> output;
    ASSERT_EQ(tiny_run(network, input.data(), output.data()), TINY_OK);
    for (int i = 0; i < TINY_OUTPUT_SIZE; ++i) EXPECT_EQ(output[i], right[i]) << i;
  }
};

class NoThreads : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Library, NoThreads, ::testing::Values(1, 2, 3));

TEST_P(NoThreads, ComputesTheNetwork) {
  tiny* network = nullptr;
  ASSERT_EQ(tiny_create(memory, sizeof(memory), GetParam(), &network), TINY_OK);
  Image().expect_right(network);
  tiny_stop_threads(network);
  Image().expect_right(network);
  tiny_destroy(network);
}

TEST_P(NoThreads, TakesThoseOfAParallelFor) {
  tiny* network = nullptr;
  ASSERT_EQ(tiny_create(memory, sizeof(memory), GetParam(), &network), TINY_OK);
  for (const NamedParallelFor& parallel_for : kParallelFors) {
    int calls = 0;
    ASSERT_EQ(tiny_set_parallel_for(network, parallel_for.function, &calls), TINY_OK);
    Image().expect_right(network);
    EXPECT_EQ(calls, TINY_BATCH * TINY_STAGE_COUNT);
    ASSERT_EQ(tiny_set_parallel_for(network, nullptr, nullptr), TINY_OK);
    Image().expect_right(network);
    EXPECT_EQ(calls, TINY_BATCH * TINY_STAGE_COUNT);
  }
  tiny_destroy(network);
}

}  // namespace
}  // namespace slimc::testing
