// Packed weights against tables written by hand.
#include "compiler/plan/pack_weights.h"

#include <gmock/gmock.h>

namespace slimc {
namespace {

using ::testing::ElementsAre;

Tensor counting(Shape shape) {
  Tensor t;
  t.shape = std::move(shape);
  for (std::int64_t i = 0; i < t.shape.elements(); ++i) t.data.push_back(static_cast<float>(i + 1));
  return t;
}

TEST(PackPointwise, PutsAPanelsChannelsSideBySide) {
  // ci 2, co 3: rows {1,2,3}, {4,5,6}; panels of two channels.
  EXPECT_THAT(pack_pointwise(counting({1, 1, 2, 3}), 2, 4), ElementsAre(1, 2, 4, 5, 3, 0, 6, 0));
}

TEST(PackDepthwise, JoinsInputChannelAndMultiplier) {
  // Two taps, ci 1, multiplier 3: channel = ci * 3 + j.
  EXPECT_THAT(pack_depthwise(counting({1, 2, 1, 3}), 2, 4), ElementsAre(1, 2, 4, 5, 3, 0, 6, 0));
}

TEST(PackFirstConvolution, KeepsColumnsAndInputChannelsTogether) {
  // kh 1, kw 2, ci 2, co 2: rows are (column, input channel).
  EXPECT_THAT(pack_first_convolution(counting({1, 2, 2, 2}), 4, 4),
              ElementsAre(1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0, 0, 7, 8, 0, 0));
}

TEST(PackBias, PadsWithZeros) { EXPECT_THAT(pack_bias(counting({3}), 4), ElementsAre(1, 2, 3, 0)); }

TEST(WeightPool, AlignsBlocksToCacheLines) {
  WeightPool pool;
  EXPECT_EQ(pool.add({1.0f}), 0);
  EXPECT_EQ(pool.add(std::vector<float>(17, 2.0f)), 64);
  EXPECT_EQ(pool.add({3.0f}), 192);
  EXPECT_EQ(pool.take().size(), 196u);
}

TEST(WeightPool, PutsHalvesInTwoBytes) {
  WeightPool pool;
  EXPECT_EQ(pool.add_halves({1.0f, -2.0f, 0x1p-24f}), 0);
  EXPECT_EQ(pool.add({1.0f}), 64);
  const std::string bytes = pool.take();
  EXPECT_EQ(bytes.substr(0, 6), std::string("\x00\x3c\x00\xc0\x01\x00", 6));
  EXPECT_EQ(bytes.size(), 68u);
}

}  // namespace
}  // namespace slimc
