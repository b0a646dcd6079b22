#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

using Source = PixelEncoding::Source;

// The encoding of a network that computes x * scale + offset, then a convolution.
PixelEncoding encoding_of(std::vector<float> scale, std::vector<float> offset) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  Value x = b.input();
  const auto constant = [&](const std::vector<float>& numbers) {
    return b.constant(Shape{static_cast<std::int64_t>(numbers.size())}, numbers);
  };
  if (!scale.empty()) x = b.add(OpKind::Mul, {x, constant(scale)}, {}, "rescale");
  if (!offset.empty()) x = b.add(OpKind::Add, {x, constant(offset)}, {}, "move");
  const auto after = infer_pixels(b.finish(b.conv(x, 3, 4)));
  return after ? after->pixels : PixelEncoding{};
}

std::string range_of(const PixelEncoding& pixels) {
  if (pixels.source == Source::Assumed) return "assumed";
  const double low = pixels.offset_of(0), high = 255 * pixels.scale_of(0) + low;
  return std::to_string(std::lround(low)) + ".." + std::to_string(std::lround(high));
}

// What is trained on: x/255, x/127.5-1, PyTorch's and Caffe's means, from the numbers that tell.
TEST(InferPixels, WhatBringsBytesToAboutOneTakesBytes) {
  EXPECT_EQ(range_of(encoding_of({1.0f / 255}, {})), "0..255");
  EXPECT_EQ(range_of(encoding_of({1 / 127.5f}, {-1})), "0..255");
  EXPECT_EQ(range_of(encoding_of({0.0171f, 0.0175f, 0.0174f}, {-2.1f, -2.0f, -1.8f})), "0..255");
  EXPECT_EQ(range_of(encoding_of({}, {-103.9f, -116.8f, -123.7f})), "0..255");
  EXPECT_EQ(range_of(encoding_of({}, {-127.5f})), "0..255");
}

TEST(InferPixels, WhatTakesOtherRanges) {
  EXPECT_EQ(range_of(encoding_of({2}, {-1})), "0..1");
  EXPECT_EQ(range_of(encoding_of({4.37f, 4.46f, 4.44f}, {-2.1f, -2.0f, -1.8f})), "0..1");
  EXPECT_EQ(range_of(encoding_of({255}, {})), "0..1");
  EXPECT_EQ(range_of(encoding_of({0.5f}, {0.5f})), "-1..1");
  EXPECT_EQ(range_of(encoding_of({127.5f}, {127.5f})), "-1..1");
}

TEST(InferPixels, SaysThatItAssumesWhereNumbersDoNotTell) {
  EXPECT_EQ(encoding_of({}, {}).evidence, "");
  for (const auto& scale : {std::vector<float>{-1}, {1}, {0.2f}, {20}, {1000}}) {
    const PixelEncoding pixels = encoding_of(scale, {});
    EXPECT_EQ(pixels.source, Source::Assumed) << scale[0];
    EXPECT_NE(pixels.evidence.find("'rescale'"), std::string::npos) << pixels.evidence;
  }
}

// Two ranges may be scaled by the same factor: a mean of a half is that of 0 to 1.
TEST(InferPixels, TheOffsetDecidesWhatAFactorLeavesOpen) {
  EXPECT_EQ(range_of(encoding_of({2}, {-0.07f})), "assumed");
  EXPECT_EQ(range_of(encoding_of({2}, {})), "assumed");
}

Graph scaled_by(float scale, PixelEncoding pixels) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value x = b.add(OpKind::Mul, {b.input(), b.scalar(scale)}, {}, "rescale");
  Graph graph = b.finish(b.conv(x, 3, 4));
  graph.pixels = std::move(pixels);
  const auto after = infer_pixels(graph);
  return after ? *after : graph;
}

TEST(InferPixels, TheOrderStaysTheUsers) {
  const Graph after = scaled_by(1.0f / 255, {.order = ChannelOrder::Bgr});
  EXPECT_EQ(after.pixels.source, Source::Model);
  EXPECT_EQ(after.pixels.order, ChannelOrder::Bgr);
}

TEST(InferPixels, WhatAReaderKnowsStays) {
  const Graph after = scaled_by(1 / 127.5f, {.evidence = "cut off"});
  EXPECT_EQ(after.pixels.source, Source::Assumed);
  EXPECT_EQ(after.pixels.evidence, "cut off");
}

TEST(InferPixels, SaysWhatSpeaksAgainstTheUser) {
  const PixelEncoding unit{.scale = {1.0 / 255}, .offset = {0}, .source = Source::User};
  const PixelEncoding raw{.scale = {1}, .offset = {0}, .source = Source::User};
  EXPECT_EQ(scaled_by(1.0f / 255, unit).pixels.evidence,
            "'rescale' (x * 0.00392157) is for x (0 to 255)");
  EXPECT_EQ(scaled_by(1.0f / 255, unit).pixels.scale, unit.scale);
  EXPECT_EQ(scaled_by(1.0f / 255, raw).pixels.evidence, "");
}

TEST(InferPixels, SaysThatSeveralOpsScaleTheImage) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value x = b.add(OpKind::Mul, {b.input(), b.scalar(2)});
  const Value first = b.conv(x, 3, 4);
  const Value second = b.conv(b.add(OpKind::Mul, {b.input(), b.scalar(3)}), 3, 4);
  Graph graph = b.finish(first);
  graph.add_output("other", second);
  const auto after = infer_pixels(graph);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->pixels.source, Source::Assumed);
  EXPECT_NE(after->pixels.evidence.find("several ops"), std::string::npos);
}

TEST(InferPixels, NamesTheArithmetic) {
  EXPECT_EQ(encoding_of({2}, {-1}).evidence, "'rescale' to 'move' (x * 2 - 1)");
  EXPECT_EQ(encoding_of({0.01f, 0.02f, 0.03f}, {}).evidence,
            "'rescale' (a scale and an offset a channel)");
}

TEST(InferPixels, LeavesTheUsersWord) {
  GraphBuilder b(Shape{1, 4, 4, 3});
  const Value x = b.add(OpKind::Mul, {b.input(), b.scalar(1.0f / 255)});
  Graph graph = b.finish(b.conv(x, 3, 4));
  graph.pixels.source = Source::User;
  const auto after = infer_pixels(graph);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->pixels.source, Source::User);
  EXPECT_EQ(after->pixels.offset_of(0), -1);
}

}  // namespace
}  // namespace slimc::testing
