// Packed weights against tables written by hand.
#include "compiler/objects/pack_weights.h"
#include "ir/graph.h"

#include <gmock/gmock.h>

namespace slimc {
namespace {

using ::testing::ElementsAre;

std::vector<float> counting(std::size_t count) {
  std::vector<float> numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(static_cast<float>(i + 1));
  return numbers;
}

TEST(Pack, PutsAPanelsChannelsSideBySide) {
  // Rows {1,2,3}, {4,5,6}; panels of two channels.
  EXPECT_THAT(
      pack({.rows = 2, .channels = 3, .panel_channels = 2, .padded_channels = 4}, counting(6)),
      ElementsAre(1, 2, 4, 5, 3, 0, 6, 0));
}

TEST(Pack, PadsALonePanelWithZeros) {
  EXPECT_THAT(
      pack({.rows = 4, .channels = 2, .panel_channels = 4, .padded_channels = 4}, counting(8)),
      ElementsAre(1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0, 0, 7, 8, 0, 0));
  EXPECT_THAT(pack({.channels = 3, .panel_channels = 4, .padded_channels = 4}, counting(3)),
              ElementsAre(1, 2, 3, 0));
}

TEST(Pack, PadsWholePanels) {
  EXPECT_THAT(
      pack({.rows = 2, .channels = 2, .panel_channels = 2, .padded_channels = 6}, counting(4)),
      ElementsAre(1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(Pack, ReversesTheChannelsOfThePixels) {
  // Two columns of three channels.
  EXPECT_THAT(pack({.rows = 6,
                    .channels = 1,
                    .panel_channels = 1,
                    .padded_channels = 1,
                    .reversed_in_channels = 3},
                   counting(6)),
              ElementsAre(3, 2, 1, 6, 5, 4));
}

TEST(Pack, PutsZerosWherePixelsAreChannelsThatPad) {
  // Two pixels of two channels, of which there are three in memory.
  EXPECT_THAT(pack({.rows = 4,
                    .channels = 1,
                    .panel_channels = 1,
                    .padded_channels = 1,
                    .pixel_rows = 2,
                    .padded_pixel_rows = 3},
                   counting(4)),
              ElementsAre(1, 2, 0, 3, 4, 0));
}

TEST(Pack, MakesWhatNoConstantHolds) {
  EXPECT_THAT(pack({.values = WeightsLayout::Values::UnitMatrix,
                    .rows = 3,
                    .channels = 3,
                    .panel_channels = 2,
                    .padded_channels = 4},
                   {}),
              ElementsAre(1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0));
  EXPECT_THAT(pack({.values = WeightsLayout::Values::Zeros,
                    .channels = 1,
                    .panel_channels = 2,
                    .padded_channels = 2},
                   {}),
              ElementsAre(0, 0));
}

TEST(PackWeights, PutsBlocksAtTheirOffsetsAndHalvesInTwoBytes) {
  Graph graph;
  const Value floats = graph.add_constant("floats", {Shape{2}, {1.0f, 2.0f}});
  const Value halves = graph.add_constant("halves", {Shape{3}, {1.0f, -2.0f, 0x1p-24f}});
  Plan plan;
  const auto row = [](std::int64_t channels) {
    return WeightsLayout{
        .channels = channels, .panel_channels = channels, .padded_channels = channels};
  };
  plan.weights = {{.value = halves, .layout = row(3), .type = ElementType::Float16},
                  {.value = floats, .layout = row(2), .offset = 64}};
  plan.weights_bytes = 72;
  const std::string bytes = pack_weights(graph, plan);
  ASSERT_EQ(bytes.size(), 72u);
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x00\x3c\x00\xc0\x01\x00\x00\x00", 8));
  EXPECT_EQ(bytes.substr(64), std::string("\x00\x00\x80\x3f\x00\x00\x00\x40", 8));
}

}  // namespace
}  // namespace slimc
