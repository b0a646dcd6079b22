// The way into the generated network and out of it: preprocessing and decoding of the tiny network,
// whose labels are those of tiny_labels().
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "consumer.h"
#include "tests/runtime/tiny_plan.h"
#include "tiny.h"

namespace slimc::testing {
namespace {

using ::testing::ElementsAre;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<tiny_prediction> decode(const std::vector<float>& output, int top) {
  std::vector<tiny_prediction> results(output.size() / TINY_CLASSES * top);
  EXPECT_EQ(tiny_decode_predictions(output.data(), output.size(), top, results.data()), TINY_OK);
  return results;
}

std::vector<int> best(const std::vector<float>& output, int top) {
  std::vector<int> classes;
  for (const tiny_prediction& p : decode(output, top)) classes.push_back(p.class_index);
  return classes;
}

// NumPy's: np.arange(256, dtype=np.float32) / np.float32(127.5) - np.float32(1), some of its bits.
TEST(PreprocessInput, HasTheBitsOfNumpy) {
  std::vector<std::uint8_t> bytes(256);
  std::iota(bytes.begin(), bytes.end(), 0);
  std::vector<float> scaled(256);
  ASSERT_EQ(tiny_preprocess_input_u8(bytes.data(), bytes.size(), scaled.data()), TINY_OK);
  const std::pair<int, std::uint32_t> numpy[] = {
      {1, 0xbf7dfdfeu},   {2, 0xbf7bfbfcu},   {3, 0xbf79f9fau},   {48, 0xbf1f9fa0u},
      {49, 0xbf1d9d9eu},  {50, 0xbf1b9b9cu},  {100, 0xbe5cdcdcu}, {127, 0xbb808080u},
      {128, 0x3b808100u}, {253, 0x3f7bfbfcu}, {254, 0x3f7dfdfeu}};
  for (const auto& [byte, bits] : numpy) {
    std::uint32_t found = 0;
    std::memcpy(&found, &scaled[byte], sizeof found);
    EXPECT_EQ(found, bits) << byte;
  }
  EXPECT_EQ(scaled[0], -1);
  EXPECT_EQ(scaled[255], 1);
}

TEST(PreprocessInput, TakesFloatsInPlace) {
  std::vector<float> pixels(1000), expected(1000);
  for (int i = 0; i < 1000; ++i) {
    pixels[i] = static_cast<float>(i) * 0.37f;
    expected[i] = pixels[i] / 127.5f - 1.0f;
  }
  ASSERT_EQ(tiny_preprocess_input(pixels.data(), 999, pixels.data()), TINY_OK);
  EXPECT_EQ(pixels[999], 999 * 0.37f);  // not one more
  pixels[999] = expected[999];
  EXPECT_EQ(pixels, expected);
  EXPECT_EQ(tiny_preprocess_input(pixels.data(), 0, pixels.data()), TINY_OK);
  EXPECT_EQ(pixels, expected);
}

TEST(PreprocessInput, RefusesNull) {
  float value = 0;
  const std::uint8_t byte = 0;
  EXPECT_EQ(tiny_preprocess_input(nullptr, 1, &value), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_preprocess_input(&value, 1, nullptr), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_preprocess_input_u8(nullptr, 1, &value), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_preprocess_input_u8(&byte, 1, nullptr), TINY_ERROR_NULL_ARGUMENT);
}

TEST(DecodePredictions, ListsTheMostProbableFirst) {
  const std::vector<float> output = {0.1f, 0.05f, 0.3f, 0.2f, 0.25f, 0.1f};
  EXPECT_THAT(best(output, 1), ElementsAre(2));
  EXPECT_THAT(best(output, 3), ElementsAre(2, 4, 3));
  EXPECT_THAT(best(output, 6), ElementsAre(2, 4, 3, 0, 5, 1));
  for (const tiny_prediction& p : decode(output, 6)) {
    EXPECT_EQ(p.probability, output[p.class_index]);
  }
}

TEST(DecodePredictions, OrdersWhatIsEqualByClass) {
  EXPECT_THAT(best({0, 0, 0, 0, 0, 0}, 6), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(best({1, 2, 1, 2, 1, 2}, 4), ElementsAre(1, 3, 5, 0));
  EXPECT_THAT(best({-0.0f, 0.0f, -0.0f, 0.0f, 0, 0}, 3), ElementsAre(0, 1, 2));
}

TEST(DecodePredictions, PutsWhatIsNoNumberLast) {
  EXPECT_THAT(best({kNan, -kInfinity, kNan, 1, kInfinity, -1}, 6), ElementsAre(4, 3, 5, 1, 0, 2));
  EXPECT_THAT(best({kNan, kNan, kNan, kNan, kNan, kNan}, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(best({1, kNan, kNan, kNan, kNan, 2}, 3), ElementsAre(5, 0, 1));
}

TEST(DecodePredictions, GivesEachImageItsOwn) {
  EXPECT_THAT(best({6, 5, 4, 3, 2, 1, 0, 1, 0, 1, 0, 2, 0, 0, 0, 0, 0, 9}, 2),
              ElementsAre(0, 1, 5, 1, 5, 0));
}

// std::stable_sort's opinion, with few values so that there are many equal ones.
TEST(DecodePredictions, AgreesWithAStableSort) {
  std::minstd_rand random(17);
  for (int i = 0; i < 2000; ++i) {
    std::vector<float> output(TINY_CLASSES);
    for (float& value : output) value = static_cast<float>(random() % 4);
    std::vector<int> order(TINY_CLASSES);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return output[a] > output[b]; });
    const int top = 1 + i % TINY_CLASSES;
    order.resize(top);
    ASSERT_EQ(best(output, top), order);
  }
}

TEST(DecodePredictions, NamesTheClasses) {
  const ClassLabels labels = tiny_labels();
  const std::vector<tiny_prediction> all = decode({6, 5, 4, 3, 2, 1}, 6);
  ASSERT_EQ(all.size(), labels.list.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const ClassLabel& label = labels.list[i];
    EXPECT_STREQ(all[i].label, label.label.c_str());
    EXPECT_EQ(all[i].label, tiny_label(static_cast<int>(i)));
    if (label.wordnet_id.empty()) {
      EXPECT_EQ(all[i].wordnet_id, nullptr);
    } else {
      EXPECT_STREQ(all[i].wordnet_id, label.wordnet_id.c_str());
    }
  }
  EXPECT_EQ(tiny_label(-1), nullptr);
  EXPECT_EQ(tiny_label(TINY_CLASSES), nullptr);
  EXPECT_EQ(TINY_HAS_LABELS, 1);
}

TEST(DecodePredictions, RefusesWhatDoesNotFit) {
  const std::array<float, 2 * TINY_CLASSES> output{};
  std::array<tiny_prediction, 2 * TINY_CLASSES> results;
  results.fill({-7, nullptr, nullptr, 0});
  const float* in = output.data();
  tiny_prediction* to = results.data();
  EXPECT_EQ(tiny_decode_predictions(nullptr, TINY_CLASSES, 1, to), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_decode_predictions(in, TINY_CLASSES, 1, nullptr), TINY_ERROR_NULL_ARGUMENT);
  for (const std::size_t count : {0, 1, TINY_CLASSES - 1, TINY_CLASSES + 1}) {
    EXPECT_EQ(tiny_decode_predictions(in, count, 1, to), TINY_ERROR_WRONG_COUNT) << count;
  }
  for (const int top : {-1, 0, TINY_CLASSES + 1}) {
    EXPECT_EQ(tiny_decode_predictions(in, TINY_CLASSES, top, to), TINY_ERROR_TOP_OUT_OF_RANGE);
  }
  for (const tiny_prediction& p : results) EXPECT_EQ(p.class_index, -7);
}

TEST(DecodePredictions, WorksFromC) {
  const float output[TINY_CLASSES] = {0, 1, 0, 0, 0, 0};
  EXPECT_STREQ(best_label_from_c(output), "tench, Tinca tinca");
}

}  // namespace
}  // namespace slimc::testing
