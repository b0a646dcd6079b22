// Whatever a program has set for its floats: a whole network gives the same bits for any number of
// threads, and leaves that as it was.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>
#include <random>

#include "tests/runtime/float_modes.h"
#include "tests/runtime/parallel_fors.h"
#include "whole.h"

namespace slimc::testing {
namespace {

constexpr int kMostThreads = 4;
using Output = std::array<float, WHOLE_OUTPUT_SIZE>;

alignas(WHOLE_MEMORY_ALIGNMENT) char memory[WHOLE_MEMORY_BYTES(kMostThreads)];

std::uint64_t upward_clock(void*) {
  fesetround(FE_UPWARD);
  return 0;
}

class FloatEnvironment : public ::testing::TestWithParam<FloatMode> {
 protected:
  void SetUp() override {
    std::minstd_rand random(3);
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (float& v : input_) v = uniform(random);
    for (std::uint8_t& b : bytes_) b = static_cast<std::uint8_t>(random());
    create(1);
    ASSERT_EQ(whole_run(network_, input_.data(), right_.data()), WHOLE_OK);
    ASSERT_EQ(whole_run_u8(network_, bytes_.data(), right_u8_.data()), WHOLE_OK);
    whole_destroy(network_);
  }

  void create(int threads) {
    ASSERT_EQ(whole_create(memory, sizeof(memory), threads, &network_), WHOLE_OK);
  }

  // Of both runs, in a mode of the calling thread's.
  void expect_right(const FloatMode& mode, const char* when) {
    Output output, output_u8;
    bool untouched;
    whole_status status, status_u8;
    {
      const InFloatMode set(mode);
      status = whole_run(network_, input_.data(), output.data());
      status_u8 = whole_run_u8(network_, bytes_.data(), output_u8.data());
      untouched = set.is_as_it_was();
    }
    EXPECT_EQ(status, WHOLE_OK);
    EXPECT_EQ(status_u8, WHOLE_OK);
    EXPECT_TRUE(untouched) << when;
    EXPECT_EQ(std::memcmp(output.data(), right_.data(), sizeof(output)), 0) << when;
    EXPECT_EQ(std::memcmp(output_u8.data(), right_u8_.data(), sizeof(output)), 0) << when;
  }

  whole* network_ = nullptr;
  std::array<float, WHOLE_INPUT_SIZE> input_;
  std::array<std::uint8_t, WHOLE_INPUT_SIZE> bytes_;
  Output right_, right_u8_;
};

INSTANTIATE_TEST_SUITE_P(Modes, FloatEnvironment, ::testing::ValuesIn(kFloatModes),
                         [](const auto& info) { return info.param.name; });

TEST_P(FloatEnvironment, ChangesNoBit) {
  for (int threads = 1; threads <= kMostThreads; ++threads) {
    SCOPED_TRACE(threads);
    create(threads);
    expect_right(kFloatModes[0], "as a program starts");
    expect_right(GetParam(), "threads of before the change");
    whole_stop_threads(network_);
    expect_right(GetParam(), "threads of after the change");
    expect_right(kFloatModes[0], "changed back");
    whole_destroy(network_);
  }
}

TEST_P(FloatEnvironment, ChangesNoBitOfAParallelFor) {
  for (int threads = 1; threads <= kMostThreads; ++threads) {
    SCOPED_TRACE(threads);
    create(threads);
    for (const NamedParallelFor& parallel_for : kParallelFors) {
      int calls = 0;
      ASSERT_EQ(whole_set_parallel_for(network_, parallel_for.function, &calls), WHOLE_OK);
      expect_right(GetParam(), parallel_for.name);
      expect_right(kFloatModes[0], parallel_for.name);
    }
    whole_destroy(network_);
  }
}

// On the workers it stays what the clock made of it; the caller's is put back by InFloatMode.
TEST_F(FloatEnvironment, MayBeChangedByAClock) {
  create(3);
  ASSERT_EQ(whole_set_profiler(
                network_, upward_clock, [](void*, const whole_timing*) {}, nullptr),
            WHOLE_OK);
  Output output;
  {
    const InFloatMode set(kFloatModes[0]);
    whole_run(network_, input_.data(), output.data());
  }
  EXPECT_EQ(std::memcmp(output.data(), right_.data(), sizeof(output)), 0);
  whole_destroy(network_);
}

TEST_P(FloatEnvironment, ChangesNoBitBesideTheNetwork) {
  std::array<float, WHOLE_INPUT_SIZE> expected, made, pixels;
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(bytes_[i]) + 0.1f;
  ASSERT_EQ(whole_preprocess_input(pixels.data(), pixels.size(), expected.data()), WHOLE_OK);
  // All but two are denormals, which the default tells apart; one is not a number.
  std::array<float, WHOLE_CLASSES> probabilities;
  for (int i = 0; i < WHOLE_CLASSES; ++i) {
    probabilities[i] = static_cast<float>(i) * std::numeric_limits<float>::denorm_min();
  }
  probabilities[1] = std::numeric_limits<float>::signaling_NaN();
  whole_prediction best[WHOLE_CLASSES];
  bool untouched;
  {
    const InFloatMode set(GetParam());
    whole_preprocess_input(pixels.data(), pixels.size(), made.data());
    whole_decode_predictions(probabilities.data(), probabilities.size(), WHOLE_CLASSES, best);
    untouched = set.is_as_it_was();
  }
  EXPECT_TRUE(untouched);
  EXPECT_EQ(std::memcmp(made.data(), expected.data(), sizeof(made)), 0);
  for (int i = 0; i + 2 < WHOLE_CLASSES; ++i) {
    EXPECT_EQ(best[i].class_index, WHOLE_CLASSES - 1 - i);
  }
  EXPECT_EQ(best[WHOLE_CLASSES - 1].class_index, 1);
}

}  // namespace
}  // namespace slimc::testing
