#include "ir/pixel_encoding.h"

#include <gtest/gtest.h>

namespace slimc {
namespace {

TEST(PixelEncoding, IsDescribedInWords) {
  EXPECT_EQ(describe({}, 3), "x/127.5 - 1 (-1 to 1), RGB, assumed");
  EXPECT_EQ(describe({}, 1), "x/127.5 - 1 (-1 to 1), grey, assumed");
  EXPECT_EQ(describe({}, 4), "x/127.5 - 1 (-1 to 1), assumed");
  PixelEncoding unit{.scale = {1.0 / 255}, .offset = {0}};
  unit.source = PixelEncoding::Source::Model;
  unit.evidence = "layer 'rescaling'";
  EXPECT_EQ(describe(unit, 3), "x/255 (0 to 1), RGB, the model's (layer 'rescaling')");
  PixelEncoding raw{.scale = {1}, .offset = {0}, .order = ChannelOrder::Bgr};
  raw.source = PixelEncoding::Source::User;
  EXPECT_EQ(describe(raw, 3), "x (0 to 255), BGR, as you said");
}

TEST(PixelEncoding, HasSinglePrecisionsNumbers) {
  EXPECT_EQ(formula({.scale = {static_cast<double>(1 / 255.0f)}, .offset = {0}}), "x/255 (0 to 1)");
  EXPECT_EQ(formula({.scale = {0.0125}, .offset = {0.5}}), "x/80 + 0.5 (0.5 to 3.6875)");
  EXPECT_EQ(formula({.scale = {2}, .offset = {-255}}), "x*2 - 255 (-255 to 255)");
  EXPECT_EQ(formula({.scale = {-1.0 / 255}, .offset = {1}}), "x*-0.00392157 + 1 (0 to 1)");
}

// The means of Caffe's networks; means and deviations of torchvision's.
TEST(PixelEncoding, HasMeansOfChannels) {
  EXPECT_EQ(formula({.scale = {1}, .offset = {-103.939, -116.779, -123.68}}),
            "x - [103.939,116.779,123.68] (-123.68 to 151.061)");
  const double deviation[] = {0.229 * 255, 0.224 * 255, 0.225 * 255};
  const double mean[] = {0.485 * 255, 0.456 * 255, 0.406 * 255};
  PixelEncoding torch{.scale = {}, .offset = {}};
  for (int c = 0; c < 3; ++c) {
    torch.scale.push_back(1 / deviation[c]);
    torch.offset.push_back(-mean[c] / deviation[c]);
  }
  EXPECT_EQ(formula(torch),
            "(x - [123.675,116.28,103.53])/[58.395,57.12,57.375] (-2.1179 to 2.64)");
}

}  // namespace
}  // namespace slimc
