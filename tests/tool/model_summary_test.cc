#include "tool/model_summary.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "frontend/mobilenet/mobilenet.h"

namespace slimc {
namespace {

Result<ModelSummary> summarize_network(const frontend::MobileNetOptions& options) {
  SLIMC_ASSIGN(const Graph graph, frontend::build_mobilenet(options));
  return summarize(graph);
}

// Millions of multiply-adds and parameters: tables 6 and 7 of "MobileNets: Efficient Convolutional
// Neural Networks for Mobile Vision Applications", https://arxiv.org/abs/1704.04861.
struct Published {
  double alpha;
  std::int64_t resolution;
  double multiply_adds, parameters;
};
constexpr Published kPublished[] = {
    {1.0, 224, 569, 4.2}, {0.75, 224, 325, 2.6}, {0.5, 224, 149, 1.3}, {0.25, 224, 41, 0.5},
    {1.0, 192, 418, 4.2}, {1.0, 160, 290, 4.2},  {1.0, 128, 186, 4.2},
};

TEST(ModelSummary, AgreesWithPublishedFigures) {
  for (const Published& published : kPublished) {
    const Result<ModelSummary> summary = summarize_network(
        {.alpha = published.alpha, .height = published.resolution, .width = published.resolution});
    ASSERT_TRUE(summary) << summary.error().to_string();
    EXPECT_EQ(summary->alpha, published.alpha);
    EXPECT_EQ(summary->height, published.resolution);
    EXPECT_EQ(summary->width, published.resolution);
    EXPECT_EQ(summary->classes, 1001);
    EXPECT_NEAR(static_cast<double>(summary->parameters) / 1e6, published.parameters, 0.05);
    EXPECT_NEAR(static_cast<double>(summary->multiply_adds) / 1e6, published.multiply_adds, 1)
        << published.alpha << " " << published.resolution;
  }
}

TEST(ModelSummary, HasTheExactCountsOfTheLargestNetwork) {
  const Result<ModelSummary> summary = summarize_network({});
  ASSERT_TRUE(summary) << summary.error().to_string();
  // Weights of the convolutions, two a channel for batch norm, and the classifier with its bias.
  EXPECT_EQ(summary->parameters, 4233001);
  EXPECT_NEAR(static_cast<double>(summary->multiply_adds), 568.7e6, 0.1e6);

  const LayerSummary& first = summary->layers.front();
  EXPECT_EQ(first.kind, OpKind::Conv2D);
  EXPECT_EQ(first.kernel, "3x3");
  EXPECT_EQ(first.stride, "2x2");
  EXPECT_EQ(first.output, Shape({1, 112, 112, 32}));
  EXPECT_EQ(first.parameters, 3 * 3 * 3 * 32 + 2 * 32);
  EXPECT_EQ(first.multiply_adds, 112 * 112 * 3 * 3 * 3 * 32);

  // Convolution, 13 blocks of two, pool, classifier, softmax.
  EXPECT_EQ(summary->layers.size(), 1u + 26 + 3);
  std::int64_t parameters = 0, multiply_adds = 0;
  for (const LayerSummary& layer : summary->layers) {
    parameters += layer.parameters;
    multiply_adds += layer.multiply_adds;
  }
  EXPECT_EQ(parameters, summary->parameters);
  EXPECT_EQ(multiply_adds, summary->multiply_adds);
}

TEST(ModelSummary, CountsNonSquareImagesAndBatches) {
  const Result<ModelSummary> one = summarize_network({.alpha = 0.25, .height = 96, .width = 64});
  const Result<ModelSummary> three =
      summarize_network({.alpha = 0.25, .height = 96, .width = 64, .batch = 3});
  ASSERT_TRUE(one && three);
  EXPECT_EQ(one->height, 96);
  EXPECT_EQ(one->width, 64);
  EXPECT_EQ(three->multiply_adds, 3 * one->multiply_adds);
  EXPECT_EQ(three->parameters, one->parameters);
}

Tensor zeros(const Shape& shape) {
  return {shape, std::vector<float>(static_cast<std::size_t>(shape.elements()))};
}

// A head of two outputs behind a pool, and the feature map in front of it.
TEST(ModelSummary, ShowsActivationsAndOutputs) {
  Graph graph;
  const auto add = [&](OpKind kind, const std::string& name, std::vector<Value> inputs,
                       Attributes attributes = {}) {
    Op op;
    op.kind = kind;
    op.name = name;
    op.inputs = std::move(inputs);
    op.attributes = std::move(attributes);
    return graph.add(std::move(op));
  };
  Op image;
  image.kind = OpKind::Input;
  image.name = "image";
  image.shape = Shape({1, 4, 4, 1});
  graph.input = graph.add(std::move(image));
  graph.name = "net";
  graph.form = "Keras";
  const Value weights = graph.add_constant("kernel", zeros(Shape({1, 1, 1, 8})));
  const Value map = add(OpKind::Conv2D, "conv", {graph.input, weights}, ConvolutionAttributes());
  const Value leaky = add(OpKind::Activate, "leaky", {map},
                          ActivateAttributes{ActivationFunction(Activation::LeakyRelu, 0.2f)});
  const Value pool = add(OpKind::Mean, "pool", {leaky}, ReduceAttributes{});
  const Value dense = add(OpKind::MatMul, "dense",
                          {pool, graph.add_constant("dense/kernel", zeros(Shape({8, 1})))});
  const Value biased =
      add(OpKind::BiasAdd, "dense/bias", {dense, graph.add_constant("bias", zeros(Shape({1})))});
  const Value sigmoid = add(OpKind::Activate, "sigmoid", {biased},
                            ActivateAttributes{ActivationFunction(Activation::Sigmoid)});
  graph.add_output("sigmoid", sigmoid);
  graph.add_output("logit", biased);
  graph.add_output("pool", pool);
  graph.add_output("leaky", leaky);

  const Result<ModelSummary> summary = summarize(graph);
  ASSERT_TRUE(summary) << summary.error().to_string();
  EXPECT_EQ(summary->form, "Keras");
  EXPECT_EQ(summary->input, Shape({1, 4, 4, 1}));
  std::vector<std::string> outputs, layers;
  for (const OutputSummary& output : summary->outputs) {
    outputs.push_back(output.name + " " + output.shape.to_string() + " " + output.kind);
  }
  EXPECT_EQ(outputs,
            (std::vector<std::string>{"sigmoid [1,1] probabilities", "logit [1,1] logits",
                                      "pool [1,8] features", "leaky [1,4,4,8] feature map"}));
  for (const LayerSummary& layer : summary->layers) {
    layers.push_back(layer.name + ": " +
                     (layer.kind == OpKind::Activate ? to_string(layer.activation)
                                                     : std::string(name_of(layer.kind))));
  }
  EXPECT_EQ(layers, (std::vector<std::string>{"conv: Conv2D", "leaky: leaky_relu(0.2)",
                                              "pool: Mean", "dense: MatMul", "sigmoid: sigmoid"}));
}

std::vector<std::int64_t> depths(double alpha, std::int64_t min_depth) {
  std::vector<std::int64_t> list;
  for (const int depth : {32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024}) {
    list.push_back(std::max(static_cast<std::int64_t>(depth * alpha), min_depth));
  }
  return list;
}

TEST(WidthMultiplier, IsFoundFromDepths) {
  for (const double alpha : {0.25, 0.5, 0.75, 1.0, 1.4, 0.35, 0.3, 0.2, 0.123, 2.0}) {
    EXPECT_EQ(width_multiplier(depths(alpha, 8)), alpha);
  }
  EXPECT_EQ(width_multiplier(depths(0.25, 16)), 0.25);
}

TEST(WidthMultiplier, IsUnknownForOtherNetworks) {
  EXPECT_EQ(width_multiplier({}), std::nullopt);
  EXPECT_EQ(width_multiplier({32, 64}), std::nullopt);
  std::vector<std::int64_t> odd = depths(1.0, 8);
  odd[5] = 300;
  EXPECT_EQ(width_multiplier(odd), std::nullopt);
  odd[5] = 200;
  EXPECT_EQ(width_multiplier(odd), std::nullopt);
}

}  // namespace
}  // namespace slimc
