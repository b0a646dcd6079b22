#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

TEST(MergeImageScale, OneOpForAChain) {
  GraphBuilder b(Shape{1, 5, 4, 3});
  Value x = b.add(OpKind::Sub, {b.input(), b.random_constant(Shape{1, 1, 1, 3})});
  x = b.add(OpKind::Div, {x, b.random_constant(Shape{3}, 1, 2)});
  x = b.add(OpKind::Sub, {b.scalar(1), x});
  const Graph after = run(merge_image_scale, b.finish(b.conv(x, 3, 4)), kRounded);
  EXPECT_EQ(kinds(after), "Input ScaleImage Conv2D");
}

TEST(MergeImageScale, BatchNormOfTheImage) {
  GraphBuilder b(Shape{1, 5, 4, 3});
  const Graph after =
      run(merge_image_scale, b.finish(b.conv(b.batch_norm(b.input()), 3, 4)), kRounded);
  EXPECT_EQ(kinds(after), "Input ScaleImage Conv2D");
}

// Only what stands directly behind the image: anything else would be computed at another place.
TEST(MergeImageScale, NothingBehindAnotherOp) {
  GraphBuilder b(Shape{1, 5, 4, 3});
  const Value x = b.add(OpKind::Add, {b.relu6(b.input()), b.scalar(1)});
  const Graph after = run(merge_image_scale, b.finish(b.conv(x, 3, 4)));
  EXPECT_EQ(kinds(after), "Input Relu6 Add Conv2D");
}

TEST(MergeImageScale, ConstantsOfPixelsAreNotChannels) {
  GraphBuilder b(Shape{1, 2, 2, 3});
  const Value x = b.add(OpKind::Sub, {b.input(), b.random_constant(Shape{1, 2, 2, 3})});
  const Graph after = run(merge_image_scale, b.finish(b.conv(x, 1, 4)));
  EXPECT_EQ(kinds(after), "Input Sub Conv2D");
}

// The padding is zeros behind the offset. In the pipeline, with the padding of its own op in front
// of the convolution, as Keras has it.
TEST(MergeImageScale, InThePipelinePaddingStaysZero) {
  GraphBuilder b(Shape{1, 6, 6, 3});
  Value x = b.add(OpKind::Mul, {b.input(), b.scalar(1 / 127.5f)});
  x = b.add(OpKind::Sub, {x, b.scalar(1)});
  x = b.add(OpKind::Pad, {x}, PadAttributes{.padding = {0, 1, 0, 1}});
  const Graph graph = b.finish(b.add(OpKind::Conv2D, {x, b.random_constant(Shape{3, 3, 3, 4})},
                                     ConvolutionAttributes{.stride_h = 2, .stride_w = 2}));
  const auto after = run_pipeline(graph);
  ASSERT_TRUE(after);
  EXPECT_EQ(kinds(*after), "Input ScaleImage Conv2D");
  const auto image = random_tensor(Shape{1, 6, 6, 3}, 3, 0, 255);
  const auto expected = reference::evaluate(graph, image);
  const auto found = reference::evaluate(*after, image);
  for (std::size_t i = 0; i < expected.data.size(); ++i) {
    EXPECT_NEAR(found.data[i], expected.data[i], 1e-5);
  }
}

TEST(MergeImageScale, RefusesNumbersThatAreNotFinite) {
  GraphBuilder b(Shape{1, 6, 6, 3});
  Value x = b.add(OpKind::Mul, {b.input(), b.scalar(1e38f)});
  x = b.add(OpKind::Mul, {x, b.scalar(1e38f)});
  const auto after = merge_image_scale(b.finish(x));
  ASSERT_FALSE(after);
  EXPECT_THAT(after.error().to_string(),
              ::testing::EndsWith("it scales the image by numbers that are not finite"));
}

}  // namespace
}  // namespace slimc::testing
