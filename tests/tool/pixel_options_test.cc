#include "tool/pixel_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tool/image.h"

namespace slimc {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;

// What white, grey and black channels become: keras.applications.imagenet_utils.preprocess_input in
// the modes tf, torch and caffe gives these for 255, 128 and 0 (the last two by channel).
TEST(ParsePixels, PresetsAreKerasModes) {
  const auto value = [](const char* name, std::size_t c, float channel) {
    const auto pixels = parse_pixels(name);
    return pixels ? encode(*pixels, c, channel) : -1000;
  };
  EXPECT_FLOAT_EQ(value("inception", 0, 255), 1);
  EXPECT_FLOAT_EQ(value("inception", 2, 0), -1);
  EXPECT_FLOAT_EQ(value("unit", 0, 255), 1);
  EXPECT_FLOAT_EQ(value("raw", 1, 128), 128);
  EXPECT_NEAR(value("torch", 0, 255), 2.2489083, 1e-6);
  EXPECT_NEAR(value("torch", 1, 128), 0.2051821, 1e-6);
  EXPECT_NEAR(value("torch", 2, 0), -1.8044444, 1e-6);
  EXPECT_NEAR(value("caffe", 0, 255), 151.061, 1e-4);
  EXPECT_NEAR(value("caffe", 2, 128), 4.32, 1e-4);
  EXPECT_EQ(parse_pixels("caffe")->order, ChannelOrder::Bgr);
  EXPECT_EQ(parse_pixels("torch")->order, ChannelOrder::Rgb);
  EXPECT_EQ(parse_pixels("unit")->source, PixelEncoding::Source::User);
}

TEST(ParsePixels, NumbersForAllChannelsOrEach) {
  const auto one = parse_pixels("scale=1/255,offset=-0.5");
  ASSERT_TRUE(one);
  EXPECT_THAT(one->scale, ElementsAre(DoubleNear(1.0 / 255, 1e-15)));
  EXPECT_THAT(one->offset, ElementsAre(-0.5));
  const auto each = parse_pixels("offset=-1,-2,-3e0,scale=0.5,+2,1/4");
  ASSERT_TRUE(each);
  EXPECT_THAT(each->scale, ElementsAre(0.5, 2, 0.25));
  EXPECT_THAT(each->offset, ElementsAre(-1, -2, -3));
  EXPECT_THAT(parse_pixels("scale=2")->offset, ElementsAre(0));
  EXPECT_THAT(parse_pixels("offset=2")->scale, ElementsAre(1));
}

TEST(ParsePixels, NothingElse) {
  for (const char* text :
       {"", "Inception", "scale", "scale=", "scale=,", "scale=1,", "scale=0", "scale=1/0",
        "scale=a", "scale=1,scale=2", "scale=nan", "scale=inf", "scale=1e999", "scale= 1",
        "scale=0x10", "offset=1;2", "1/255", "scale=1 offset=2", "mean=1"}) {
    EXPECT_FALSE(parse_pixels(text)) << text;
  }
}

Image picture(std::vector<std::uint8_t> pixels) {
  Image image;
  image.height = 1;
  image.width = static_cast<std::int64_t>(pixels.size()) / 3;
  image.pixels = std::move(pixels);
  return image;
}

// Rec. ITU-R BT.601: red, green and blue alone, and a grey that stays what it is.
TEST(Preprocessing, LumaForNetworksOfOneChannel) {
  const Image image = picture({255, 0, 0, 0, 255, 0, 0, 0, 255, 100, 100, 100});
  EXPECT_THAT(preprocess_to_bytes(image, 1, 4, 1), ElementsAre(76, 150, 29, 100));
  EXPECT_THAT(preprocess_for_evaluation(image, 1, 4, 1, *parse_pixels("raw")),
              Pointwise(FloatNear(1e-4f), {76.245f, 149.685f, 29.07f, 100.0f}));
}

TEST(Preprocessing, OrderAndScalesAreTheNetworks) {
  const Image image = picture({10, 20, 30});
  PixelEncoding pixels{.scale = {1, 2, 3}, .offset = {0}, .order = ChannelOrder::Bgr};
  EXPECT_THAT(preprocess_for_evaluation(image, 1, 1, 3, pixels), ElementsAre(30, 40, 30));
  EXPECT_THAT(preprocess_to_bytes(image, 1, 1), ElementsAre(10, 20, 30));
}

}  // namespace
}  // namespace slimc
