// What generated texts say of pixels.
#include "compiler/text/pixel_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/text/libraries.h"

namespace slimc {
namespace {

using ::testing::HasSubstr;

PixelEncoding alike(double scale, double offset) {
  PixelEncoding pixels;
  pixels.scale = {scale};
  pixels.offset = {offset};
  return pixels;
}

TEST(PixelWords, AreAnExpressionThatDividesLikeNumPy) {
  EXPECT_EQ(pixel_expression(alike(1 / 127.5, -1)), "x / 127.5f - 1.0f");
  EXPECT_EQ(pixel_expression(alike(1, 0)), "x");
  EXPECT_THAT(pixel_expression(alike(1.0 / 255, 0)), HasSubstr("x / 255"));
}

TEST(PixelWords, SayWhoSaysSo) {
  Plan plan = testing::tiny_plan();
  plan.pixels.source = PixelEncoding::Source::Assumed;
  EXPECT_THAT(pixel_source(plan), HasSubstr("assumed"));
  plan.pixels.source = PixelEncoding::Source::Model;
  plan.pixels.evidence = "its 'rescaling'";
  EXPECT_THAT(pixel_source(plan), HasSubstr("its 'rescaling'"));
  plan.pixels.source = PixelEncoding::Source::User;
  EXPECT_THAT(pixel_source(plan), HasSubstr("--input"));
}

TEST(PixelWords, TellAnotherOrderOrScaleOfChannels) {
  const Plan plain = testing::tiny_plan(), bgr = testing::library_of_bgr_bytes().plan();
  EXPECT_TRUE(scales_alike(plain.pixels));
  EXPECT_EQ(byte_order(plain), "");
  EXPECT_FALSE(scales_alike(bgr.pixels));
  EXPECT_THAT(byte_order(bgr), HasSubstr("reversed"));
}

}  // namespace
}  // namespace slimc
