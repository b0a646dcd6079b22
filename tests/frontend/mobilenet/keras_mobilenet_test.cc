// The conditions under which Keras of TensorFlow r1.9 refuses, warns and falls back, each with the
// words that slimc has for it.
#include "frontend/mobilenet/keras_mobilenet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "frontend/mobilenet/mobilenet.h"
#include "tests/common/warnings.h"

namespace slimc::frontend {
namespace {

std::string error(const KerasMobileNetOptions& options) {
  testing::Warnings warnings;
  const auto architecture = keras_architecture(options, warnings);
  EXPECT_EQ(warnings.text, "");
  if (architecture) return "";
  EXPECT_EQ(architecture.error().blame(), Blame::Usage);
  return architecture.error().to_string();
}

std::string warning(const KerasMobileNetOptions& options, const Shape& input) {
  testing::Warnings warnings;
  const auto architecture = keras_architecture(options, warnings);
  EXPECT_TRUE(architecture) << architecture.error().to_string();
  if (architecture) EXPECT_EQ(architecture->input, input);
  return warnings.text;
}

TEST(KerasMobileNet, HasKerasDefaults) {
  EXPECT_EQ(warning({}, Shape{1, 224, 224, 3}), "");
  SilentReporter nobody;
  const auto architecture = keras_architecture({}, nobody);
  ASSERT_TRUE(architecture);
  EXPECT_EQ(architecture->dialect, Dialect::Keras);
  EXPECT_EQ(architecture->classes, 1000);
  EXPECT_EQ(architecture->stem_filters, 32);
  EXPECT_EQ(architecture->blocks.back().filters, 1024);
  EXPECT_TRUE(architecture->softmax);
}

TEST(KerasMobileNet, CountsFiltersWithoutALeastWidth) {
  SilentReporter nobody;
  const auto architecture = keras_architecture({.alpha = 0.1, .weights = ""}, nobody);
  ASSERT_TRUE(architecture);
  EXPECT_EQ(architecture->stem_filters, 3);
  EXPECT_EQ(architecture->blocks[0].filters, 6);
}

TEST(KerasMobileNet, KnowsWhereItsWeightsComeFrom) {
  EXPECT_EQ(error({.weights = "/no/such.h5"}),
            "weights '/no/such.h5': expected \"imagenet\", none (random) or a file of weights; "
            "there is no such file");
}

TEST(KerasMobileNet, ImageNetNeedsItsClassesOnlyWithATop) {
  EXPECT_EQ(error({.classes = 37}),
            "weights \"imagenet\" with include_top need classes 1000, found 37");
  EXPECT_EQ(error({.input_shape = {{224, 224, 3}}, .include_top = false, .classes = 37}), "");
  EXPECT_EQ(error({.weights = "", .classes = 37}), "");
}

TEST(KerasMobileNet, ImageNetNeedsAPublishedNetwork) {
  EXPECT_EQ(error({.depth_multiplier = 2}),
            "weights \"imagenet\" need depth_multiplier 1, found 2");
  EXPECT_EQ(error({.alpha = 0.33}),
            "weights \"imagenet\" need alpha 0.25, 0.5, 0.75 or 1.0, found 0.33");
  EXPECT_EQ(error({.input_shape = {{200, 200, 3}}}),
            "weights \"imagenet\" with include_top need input_shape (224, 224, 3), found "
            "(200, 200, 3)");
  EXPECT_EQ(error({.input_shape = {{160, 160, 1}}}),
            "weights \"imagenet\" with include_top need input_shape (160, 160, 3), found "
            "(160, 160, 1)");
  EXPECT_EQ(error({.input_shape = {{160, 160, 3}}}), "");
  EXPECT_EQ(error({.input_shape = {{160, 192, 3}}, .include_top = false}),
            "weights \"imagenet\" need a square input of 128, 160, 192 or 224, found input_shape "
            "(160, 192, 3)");
  EXPECT_EQ(error({.input_shape = {{160, 160, 1}}, .include_top = false}),
            "weights \"imagenet\" need an input of 3 channels, found input_shape (160, 160, 1)");
}

TEST(KerasMobileNet, ChecksTheInputsShape) {
  EXPECT_EQ(error({.input_shape = {{224, 224}}, .weights = ""}),
            "input_shape (224, 224): expected three integers (height, width, channels)");
  EXPECT_EQ(error({.input_shape = {{31, 224, 3}}, .weights = ""}),
            "the input must be at least 32x32, found input_shape (31, 224, 3)");
  EXPECT_EQ(error({.input_shape = {{224, 9000, 3}}, .weights = ""}),
            "the input can be at most 8192x8192, found input_shape (224, 9000, 3)");
  EXPECT_EQ(error({.input_shape = {{kUnknownSize, kUnknownSize, 3}}, .weights = ""}),
            "include_top needs an input_shape of known sizes, found (None, None, 3)");
  EXPECT_EQ(error({.input_shape = {{32, 32, 3}}, .weights = ""}), "");
}

TEST(KerasMobileNet, WarnsWhereKerasWarns) {
  EXPECT_EQ(warning({.input_shape = {{64, 96, 4}}, .weights = ""}, Shape{1, 64, 96, 4}),
            "the model usually expects 1 or 3 input channels; input_shape (64, 96, 4) has 4\n");
  EXPECT_EQ(warning({.input_shape = {{64, 96, 1}}, .weights = ""}, Shape{1, 64, 96, 1}), "");
  EXPECT_EQ(warning({.include_top = false}, Shape{1, 224, 224, 3}),
            "the input's size is not known; weights for 224x224 are meant\n");
  EXPECT_EQ(warning({.pooling = GlobalPooling::Max}, Shape{1, 224, 224, 3}),
            "pooling has no effect on a network with a top\n");
}

TEST(KerasMobileNet, ChecksNumbersAllAtOnce) {
  EXPECT_EQ(error({.alpha = 0.01,
                   .depth_multiplier = 0,
                   .dropout = 1,
                   .weights = "",
                   .classes = 0,
                   .batch = 0}),
            "alpha 0.01: expected 0.03125 (one filter in the first layer) to 4\n"
            "depth_multiplier 0: expected 1 to 16\n"
            "dropout 1: expected 0 or more and less than 1\n"
            "batch 0: expected 1 to 1024\n"
            "classes 0: expected 1 to 65536");
}

TEST(KerasMobileNet, NamesThePublishedFiles) {
  EXPECT_EQ(keras_weights_file(1.0, 224, true), "mobilenet_1_0_224_tf.h5");
  EXPECT_EQ(keras_weights_file(0.75, 192, true), "mobilenet_7_5_192_tf.h5");
  EXPECT_EQ(keras_weights_file(0.5, 160, false), "mobilenet_5_0_160_tf_no_top.h5");
  EXPECT_EQ(keras_weights_file(0.25, 128, false), "mobilenet_2_5_128_tf_no_top.h5");
}

Result<Graph> unused(const std::string&) { return fail({.message = "not to be called"}); }

TEST(KerasMobileNet, SaysWhichFileImageNetIs) {
  SilentReporter nobody;
  const auto graph = build_keras_mobilenet({.alpha = 0.5}, unused, nobody);
  ASSERT_FALSE(graph);
  EXPECT_EQ(graph.error().to_string(),
            "weights \"imagenet\" are the file mobilenet_5_0_224_tf.h5: 'slimc fetch "
            "mobilenet_5_0_224_tf.h5' gets it; give its path as the weights");
}

TEST(KerasMobileNet, TakesTheWeightsOfAFile) {
  SilentReporter nobody;
  KerasMobileNetOptions options = {.input_shape = {{32, 32, 3}}, .alpha = 0.25, .weights = ""};
  const auto random = build_keras_mobilenet(options, unused, nobody);
  ASSERT_TRUE(random);
  EXPECT_EQ(random->name, "mobilenet_025_32");
  // A file that is there; what it holds is what the loader says.
  options.weights = SLIMC_SOURCE_DIR "/README.md";
  options.seed = 2;
  const auto loaded = build_keras_mobilenet(
      options, [&](const std::string&) -> Result<Graph> { return *random; }, nobody);
  ASSERT_TRUE(loaded) << loaded.error().to_string();
  for (std::size_t i = 0; i < random->ops().size(); ++i) {
    if (random->ops()[i].kind != OpKind::Constant) continue;
    EXPECT_EQ(loaded->ops()[i].constant->data, random->ops()[i].constant->data);
  }
  options.include_top = false;
  const auto without_top = build_keras_mobilenet(
      options, [&](const std::string&) -> Result<Graph> { return *random; }, nobody);
  EXPECT_EQ(without_top.error().to_string(),
            options.weights +
                ": has 2 tensors that the network that was asked for has no place "
                "for; the first is 'conv_preds/kernel'");
  options.include_top = true;
  options.classes = 10;
  const auto fewer = build_keras_mobilenet(
      options, [&](const std::string&) -> Result<Graph> { return *random; }, nobody);
  EXPECT_THAT(fewer.error().to_string(),
              ::testing::StartsWith(options.weights +
                                    ": tensor 'conv_preds/kernel': has the shape [1,1,256,1000]; "
                                    "the network that was asked for needs [1,1,256,10]\n"));
}

}  // namespace
}  // namespace slimc::frontend
