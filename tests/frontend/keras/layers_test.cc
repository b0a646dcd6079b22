// Each class of layer: what it computes, in numbers worked out by hand, and what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "compiler/reference/evaluate.h"
#include "tests/frontend/keras/tree_builder.h"

namespace slimc::frontend {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using testing::Json;
using ::testing::Pointwise;
using testing::SequentialFile;

// The result for the image 1, 2, 3, ... of a network of one layer.
std::vector<double> run(const SequentialFile& file) {
  const Result<Graph> graph = file.load();
  if (!graph) {
    ADD_FAILURE() << graph.error().to_string();
    return {};
  }
  reference::DoubleTensor image = {graph->op(graph->input).shape, {}};
  for (std::int64_t i = 0; i < image.shape.elements(); ++i) {
    image.data.push_back(static_cast<double>(i + 1));
  }
  return reference::evaluate(*graph, image).data;
}

void expect(const SequentialFile& file, const std::vector<double>& values) {
  EXPECT_THAT(run(file), Pointwise(DoubleNear(1e-5), values));
}

// An image of 2x2 pixels and one channel: 1 2 / 3 4.
SequentialFile one(const std::string& class_name, const Json& config = Json::object(),
                   const std::vector<std::pair<std::string, Tensor>>& weights = {}) {
  SequentialFile file({nullptr, 2, 2, 1});
  file.layer("x", class_name, config, weights);
  return file;
}

std::string refusal(const std::string& class_name, const Json& config,
                    const std::vector<std::pair<std::string, Tensor>>& weights = {}) {
  return one(class_name, config, weights).errors();
}

TEST(KerasLayers, Conv2D) {
  const Tensor kernel = {Shape{2, 2, 1, 1}, {1, 10, 100, 1000}};
  expect(one("Conv2D", {{"filters", 1}, {"kernel_size", 2}, {"use_bias", false}},
             {{"kernel", kernel}}),
         {1 + 20 + 300 + 4000});
  // One more row and column of zeros, below and to the right.
  expect(one("Conv2D",
             {{"filters", 1}, {"kernel_size", {2, 2}}, {"padding", "same"}, {"activation", "relu"}},
             {{"kernel", kernel}, {"bias", {Shape{1}, {-1000}}}}),
         {3321, 0, 0, 0});
  expect(one("Conv2D", {{"filters", 1}, {"kernel_size", 1}, {"strides", {1, 2}}, {"groups", 1}},
             {{"kernel", {Shape{1, 1, 1, 1}, {5}}}, {"bias", {Shape{1}, {0.5f}}}}),
         {5.5, 15.5});

  EXPECT_EQ(refusal("Conv2D", {{"filters", 1}}), "f.h5: layer 'x': has no kernel_size");
  EXPECT_EQ(refusal("Conv2D", {{"kernel_size", 1}}), "f.h5: layer 'x': has no filters");
  EXPECT_EQ(refusal("Conv2D", {{"kernel_size", {1, 0}}, {"filters", 1}}),
            "f.h5: layer 'x': its kernel_size is [1,0], expected [h,w], each 1 to 1048576");
  EXPECT_EQ(refusal("Conv2D", {{"kernel_size", 1}, {"filters", -3}}),
            "f.h5: layer 'x': its filters is -3, expected 1 to 1048576");
  EXPECT_EQ(refusal("Conv2D", {{"kernel_size", 1}, {"filters", 1}, {"groups", 2}}),
            "f.h5: layer 'x': has 2 groups, of which 1 channels and 1 filters are no multiples");
  EXPECT_EQ(refusal("Conv2D", {{"kernel_size", 1}, {"filters", 1}, {"padding", "causal"}}),
            "f.h5: layer 'x': its padding is 'causal', expected same or valid");
  EXPECT_EQ(
      refusal("Conv2D", {{"kernel_size", 1}, {"filters", 1}, {"data_format", "channels_first"}}),
      "f.h5: layer 'x': its data_format is 'channels_first'; slimc reads channels_last "
      "models");
  EXPECT_EQ(refusal("Conv2D", {{"kernel_size", 1}, {"filters", 1}, {"use_bias", "yes"}},
                    {{"kernel", {Shape{1, 1, 1, 1}, {5}}}}),
            "f.h5: layer 'x': its use_bias is \"yes\", expected true or false");
  EXPECT_EQ(
      refusal("Conv2D",
              {{"kernel_size", 1}, {"filters", 1}, {"use_bias", false}, {"activation", "selu"}},
              {{"kernel", {Shape{1, 1, 1, 1}, {5}}}}),
      "f.h5: layer 'x': its activation is 'selu'; slimc reads linear, relu, relu6, leaky_relu, "
      "elu, "
      "sigmoid, hard_sigmoid, tanh, silu (swish), hard_silu and softmax");
  EXPECT_EQ(refusal("Conv2D", {{"kernel_size", 3}, {"filters", 1}, {"use_bias", false}},
                    {{"kernel", {Shape{3, 3, 1, 1}, std::vector<float>(9)}}}),
            "f.h5: layer 'x': a window of 3 does not fit into a height of 2 (with padding)");
}

TEST(KerasLayers, DepthwiseConv2D) {
  SequentialFile file({nullptr, 1, 2, 2});  // 1 2 | 3 4
  file.layer("x", "DepthwiseConv2D",
             {{"kernel_size", {1, 2}}, {"depth_multiplier", 2}, {"use_bias", false}},
             {{"depthwise_kernel", {Shape{1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}}}});
  // Channel 0: 1*1+3*5, 1*2+3*6; channel 1: 2*3+4*7, 2*4+4*8.
  expect(file, {16, 20, 34, 40});
}

TEST(KerasLayers, SeparableConv2D) {
  expect(one("SeparableConv2D", {{"kernel_size", 2}, {"filters", 2}, {"activation", "linear"}},
             {{"depthwise_kernel", {Shape{2, 2, 1, 1}, {1, 1, 1, 1}}},
              {"pointwise_kernel", {Shape{1, 1, 1, 2}, {2, 3}}},
              {"bias", {Shape{2}, {0, 1}}}}),
         {20, 31});
}

TEST(KerasLayers, BatchNormalization) {
  const std::vector<std::pair<std::string, Tensor>> statistics = {
      {"moving_mean", {Shape{1}, {1}}}, {"moving_variance", {Shape{1}, {3}}}};
  std::vector<std::pair<std::string, Tensor>> all = statistics;
  all.emplace_back("gamma", Tensor{Shape{1}, {10}});
  all.emplace_back("beta", Tensor{Shape{1}, {7}});
  expect(one("BatchNormalization", {{"axis", -1}, {"epsilon", 1}}, all), {7, 12, 17, 22});
  expect(one("BatchNormalization",
             {{"axis", Json::array({3})}, {"epsilon", 1}, {"scale", false}, {"center", false}},
             statistics),
         {0, 0.5, 1, 1.5});
  expect(one("BatchNormalization", Json::object(), all),
         {7, 7 + 10 / std::sqrt(3.001), 7 + 20 / std::sqrt(3.001), 7 + 30 / std::sqrt(3.001)});

  EXPECT_EQ(refusal("BatchNormalization", {{"axis", 1}}, all),
            "f.h5: layer 'x': its axis is 1; slimc normalises over channels, 3");
  EXPECT_EQ(refusal("BatchNormalization", {{"renorm", true}}, all),
            "f.h5: layer 'x': its renorm is true, expected false");
  EXPECT_EQ(refusal("BatchNormalization", {{"epsilon", "small"}}, all),
            "f.h5: layer 'x': its epsilon is \"small\", expected a number");
  all[1].second.data[0] = -2;
  EXPECT_EQ(refusal("BatchNormalization", {{"epsilon", 1}}, all),
            "f.h5: layer 'x': its moving_variance is -2 in channel 0, with epsilon 1 not above "
            "zero");
}

TEST(KerasLayers, Activations) {
  expect(one("Activation", {{"activation", "relu6"}}), {1, 2, 3, 4});
  expect(one("ReLU"), {1, 2, 3, 4});
  SequentialFile scaled({nullptr, 2, 2, 1});
  scaled.layer("scale", "Rescaling", {{"scale", -2}, {"offset", 5}});  // 3 1 -1 -3
  scaled.layer("relu", "ReLU");
  expect(scaled, {3, 1, 0, 0});
  SequentialFile large({nullptr, 2, 2, 1});
  large.layer("scale", "Rescaling",
              {{"scale", Json::array({3})}, {"offset", Json::array({-4})}});  // -1 2 5 8
  large.layer("relu", "ReLU", {{"max_value", {{"type", "ndarray"}, {"value", 6.0}}}});
  expect(large, {0, 2, 5, 6});
  const double e = std::exp(1);
  SequentialFile pair({nullptr, 1, 1, 2});
  pair.layer("x", "Softmax", {{"axis", -1}});
  expect(pair, {1 / (1 + e), e / (1 + e)});
  SequentialFile function({nullptr, 1, 1, 2});
  function.layer("x", "Activation",
                 {{"activation", {{"class_name", "function"}, {"config", "softmax"}}}});
  expect(function, {1 / (1 + e), e / (1 + e)});

  EXPECT_EQ(
      refusal("ReLU", {{"max_value", 4}, {"negative_slope", 0.5}}),
      "f.h5: layer 'x': its max_value is 4, its negative_slope 0.5 and its threshold 0; slimc "
      "reads a ReLU with a max_value above 0 or a negative_slope, without a threshold");
  EXPECT_EQ(refusal("ReLU", {{"threshold", 1}}),
            "f.h5: layer 'x': its max_value is none, its negative_slope 0 and its threshold 1; "
            "slimc reads a ReLU with a max_value above 0 or a negative_slope, without a threshold");
  EXPECT_EQ(refusal("Softmax", {{"axis", 1}}),
            "f.h5: layer 'x': its axis is 1; slimc computes a softmax over the last, 3");
  EXPECT_EQ(refusal("Activation", {{"activation", 3}}),
            "f.h5: layer 'x': its activation is 3, expected a name");
  EXPECT_EQ(refusal("Rescaling", {{"scale", {1, 2, 3}}}),
            "f.h5: layer 'x': its scale has 3 elements, expected a number for each of 1 channels");
}

TEST(KerasLayers, Pooling) {
  expect(one("GlobalAveragePooling2D"), {2.5});
  expect(one("GlobalMaxPooling2D", {{"keepdims", true}}), {4});
  expect(one("AveragePooling2D"), {2.5});
  expect(one("AveragePooling2D", {{"pool_size", {2, 1}}, {"strides", nullptr}}), {2, 3});
  expect(one("MaxPooling2D", {{"pool_size", 2}, {"strides", 1}, {"padding", "same"}}),
         {4, 4, 4, 4});
}

TEST(KerasLayers, Shapes) {
  expect(one("ZeroPadding2D", {{"padding", {{0, 1}, {1, 0}}}}), {0, 1, 2, 0, 3, 4, 0, 0, 0});
  EXPECT_EQ(run(one("ZeroPadding2D")).size(), 16u);
  EXPECT_EQ(run(one("ZeroPadding2D", {{"padding", {1, 2}}})).size(), 4u * 6u);
  expect(one("Flatten"), {1, 2, 3, 4});
  const Result<Graph> reshaped = one("Reshape", {{"target_shape", {-1, 2}}}).load();
  ASSERT_TRUE(reshaped.has_value()) << reshaped.error().to_string();
  EXPECT_EQ(reshaped->op(reshaped->output()).shape, (Shape{1, 2, 2}));

  EXPECT_EQ(refusal("ZeroPadding2D", {{"padding", {1, 2, 3}}}),
            "f.h5: layer 'x': its padding is [1,2,3], expected [[top,bottom],[left,right]]");
  EXPECT_EQ(refusal("Reshape", Json::object()), "f.h5: layer 'x': has no target_shape");
  EXPECT_EQ(refusal("Reshape", {{"target_shape", {-1, -1}}}),
            "f.h5: layer 'x': its target_shape is [-1,-1], expected sizes, one of them -1 at most");
  EXPECT_EQ(refusal("Reshape", {{"target_shape", Json::array({3})}}),
            "f.h5: layer 'x': [1,2,2,1] cannot be reshaped to [1,3]");
}

TEST(KerasLayers, Dense) {
  SequentialFile file({nullptr, 2, 2, 1});
  file.layer("flat", "Flatten");
  file.layer("x", "Dense", {{"units", 2}},
             {{"kernel", {Shape{4, 2}, {1, 0, 1, 0, 1, 0, 1, 1}}}, {"bias", {Shape{2}, {1, 2}}}});
  expect(file, {11, 6});
  expect(one("Dense", {{"units", 2}, {"use_bias", false}}, {{"kernel", {Shape{1, 2}, {1, -1}}}}),
         {1, -1, 2, -2, 3, -3, 4, -4});
  EXPECT_EQ(refusal("Dense", Json::object()), "f.h5: layer 'x': has no units");
}

TEST(KerasLayers, OfTrainingDoNothing) {
  for (const char* name : {"Dropout", "SpatialDropout2D", "GaussianNoise", "RandomFlip"}) {
    expect(one(name), {1, 2, 3, 4});
  }
}

TEST(KerasLayers, ThatAreNotKnownAreAllNamed) {
  SequentialFile file;
  file.layer("a", "LSTM").layer("b", "Dropout").layer("c", "PReLU");
  EXPECT_EQ(
      file.errors(),
      "f.h5: layer 'a': class LSTM is not supported\n"
      "f.h5: layer 'c': class PReLU is not supported: its slopes are weights; slimc reads ReLU "
      "and LeakyReLU");
}

TEST(KerasLayers, WhoseWeightsDoNotFitAreAllNamed) {
  SequentialFile file;
  const Json config = {{"filters", 3}, {"kernel_size", 1}, {"use_bias", false}};
  file.layer("a", "Conv2D", config);
  file.layer("b", "Conv2D", config, {{"kernel", SequentialFile::counting({1, 1, 2, 3})}});
  file.layer("c", "Conv2D", config,
             {{"kernel", {Shape{1, 1, 3, 3}, std::vector<float>(9, std::nanf(""))}}});
  EXPECT_EQ(file.errors(),
            "f.h5: layer 'a': has no weight 'kernel' in the file\n"
            "f.h5: layer 'b': its weight 'kernel' has the shape [1,1,2,3], expected [1,1,3,3]\n"
            "f.h5: layer 'c': its weight 'c/kernel:0': element 0 ([0,0,0,0]) is NaN; weights must "
            "be finite");
}

// No more is taken for what a config claims than for what a file holds.
TEST(KerasLayers, ThatClaimHugeWeightsTakeNoMemory) {
  EXPECT_EQ(
      refusal("Conv2D", {{"filters", 1 << 20}, {"kernel_size", 1 << 20}, {"padding", "same"}}),
      "f.h5: layer 'x': has no weight 'kernel' in the file");
}

}  // namespace
}  // namespace slimc::frontend
