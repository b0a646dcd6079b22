// MobileNet v1 as slim defines it (research/slim/nets/mobilenet_v1.py of tensorflow/models), with
// random weights.
//
// This file is compiled without fused multiply-adds (see CMakeLists.txt): a seed means the same
// bits on every machine.
#include "frontend/mobilenet/mobilenet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/mobilenet/random.h"

namespace slimc::frontend {
namespace {

struct Block {
  std::int64_t stride;
  std::int64_t depth;  // of the pointwise half, before the width multiplier
};

constexpr std::int64_t kStemDepth = 32;
constexpr std::array<Block, 13> kBlocks = {{
    {1, 64},
    {2, 128},
    {1, 128},
    {2, 256},
    {1, 256},
    {2, 512},
    {1, 512},
    {1, 512},
    {1, 512},
    {1, 512},
    {1, 512},
    {2, 1024},
    {1, 1024},
}};

// The window of slim's head at 224x224, and its stride.
constexpr std::int64_t kPoolKernel = 7;
constexpr std::int64_t kPoolStride = 2;

// Of one channel of the activations, over photographs and positions.
struct Moments {
  double mean;
  double variance;
};

// About what photographs scaled to [-1, 1] have.
constexpr Moments kImageMoments = {0.0, 0.3};

// Of the standard deviation of the logits.
constexpr double kLogitSpread = 2.0;

// The moments of relu6(x) for a normal x, from sixteen quantiles of the normal distribution (at
// 1/32, 3/32, ... 31/32): coarse, but exact arithmetic.
Moments after_relu6(Moments x) {
  constexpr double kQuantiles[] = {0.0784, 0.2372, 0.4023, 0.5791, 0.7764, 1.0100, 1.3180, 1.8627};
  const double deviation = std::sqrt(x.variance);
  double sum = 0;
  double squares = 0;
  for (const double quantile : kQuantiles) {
    for (const double sign : {-1.0, 1.0}) {
      const double y = std::clamp(x.mean + sign * quantile * deviation, 0.0, 6.0);
      sum += y;
      squares += y * y;
    }
  }
  const double count = 2.0 * std::size(kQuantiles);
  const double mean = sum / count;
  return {mean, squares / count - mean * mean};
}

// Adds slim's layers one behind the other. Beside the ops it carries an estimate of every
// channel's moments, so that the moving statistics that it draws are near those that training
// would have found, and activations neither die out nor saturate on the way.
class Builder {
 public:
  explicit Builder(const MobileNetOptions& options)
      : options_(options), random_(options.seed), moments_(size(options.channels), kImageMoments) {}

  Graph build();

 private:
  static std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

  std::int64_t depth(std::int64_t d) const {
    return std::max(static_cast<std::int64_t>(static_cast<double>(d) * options_.alpha),
                    options_.min_depth);
  }
  const Shape& shape() const { return graph_.op(last_).shape; }

  void add(OpKind kind, const std::string& name, std::vector<Value> more_inputs,
           Attributes attributes = {});
  Value constant(const std::string& name, Shape shape, std::vector<float> data);
  Value drawn(const std::string& name, Shape shape, double deviation);

  void convolution(const std::string& layer, std::int64_t kernel, std::int64_t stride,
                   std::int64_t channels);
  void depthwise(const std::string& layer, std::int64_t stride);
  void batch_norm_and_relu6(const std::string& layer);
  void pool();
  void classifier();
  ConvolutionAttributes same_attributes(std::int64_t kernel, std::int64_t stride) const;

  const MobileNetOptions& options_;
  Random random_;
  Graph graph_;
  Value last_;
  std::vector<Moments> moments_;  // of last_, a channel each
};

void Builder::add(OpKind kind, const std::string& name, std::vector<Value> more_inputs,
                  Attributes attributes) {
  Op op;
  op.kind = kind;
  op.name = name;
  op.inputs = std::move(more_inputs);
  op.inputs.insert(op.inputs.begin(), last_);
  op.attributes = std::move(attributes);
  last_ = graph_.add(std::move(op));
}

Value Builder::constant(const std::string& name, Shape shape, std::vector<float> data) {
  return graph_.add_constant(name, Tensor{std::move(shape), std::move(data)});
}

Value Builder::drawn(const std::string& name, Shape shape, double deviation) {
  std::vector<float> data(size(shape.elements()));
  for (float& value : data) value = static_cast<float>(deviation * random_.normal());
  return constant(name, std::move(shape), std::move(data));
}

ConvolutionAttributes Builder::same_attributes(std::int64_t kernel, std::int64_t stride) const {
  ConvolutionAttributes attributes;
  attributes.stride_h = attributes.stride_w = stride;
  attributes.padding = same_padding(shape()[1], shape()[2], kernel, kernel, stride, stride);
  return attributes;
}

void Builder::convolution(const std::string& layer, std::int64_t kernel, std::int64_t stride,
                          std::int64_t channels) {
  const std::int64_t inputs = shape()[3];
  const std::int64_t taps = kernel * kernel;
  // He et al. 2015: half of the activations are zero behind a relu.
  const double deviation = std::sqrt(2.0 / static_cast<double>(taps * inputs));
  const Value weights = drawn("MobilenetV1/" + layer + "/weights",
                              Shape{kernel, kernel, inputs, channels}, deviation);
  const std::vector<float>& data = graph_.constant(weights).data;
  std::vector<Moments> results(size(channels), Moments{0, 0});
  for (std::size_t i = 0; i < data.size(); ++i) {
    const Moments& from = moments_[i / size(channels) % size(inputs)];
    Moments& to = results[i % size(channels)];
    const double weight = data[i];
    to.mean += weight * from.mean;
    to.variance += weight * weight * from.variance;
  }
  moments_ = std::move(results);
  add(OpKind::Conv2D, "MobilenetV1/MobilenetV1/" + layer + "/Conv2D", {weights},
      same_attributes(kernel, stride));
  batch_norm_and_relu6(layer);
}

void Builder::depthwise(const std::string& layer, std::int64_t stride) {
  constexpr std::int64_t kKernel = 3;
  const std::int64_t channels = shape()[3];
  const double deviation = std::sqrt(2.0 / static_cast<double>(kKernel * kKernel));
  const Value weights = drawn("MobilenetV1/" + layer + "/depthwise_weights",
                              Shape{kKernel, kKernel, channels, 1}, deviation);
  const std::vector<float>& data = graph_.constant(weights).data;
  std::vector<Moments> results(size(channels), Moments{0, 0});
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::size_t c = i % size(channels);
    const double weight = data[i];
    results[c].mean += weight * moments_[c].mean;
    results[c].variance += weight * weight * moments_[c].variance;
  }
  moments_ = std::move(results);
  add(OpKind::DepthwiseConv2D, "MobilenetV1/MobilenetV1/" + layer + "/depthwise", {weights},
      same_attributes(kKernel, stride));
  batch_norm_and_relu6(layer);
}

void Builder::batch_norm_and_relu6(const std::string& layer) {
  const BatchNormAttributes attributes;
  const std::size_t channels = moments_.size();
  std::vector<float> gamma(channels), beta(channels), mean(channels), variance(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    gamma[c] = static_cast<float>(random_.uniform(0.8, 1.6));
    beta[c] = static_cast<float>(random_.uniform(0.2, 1.4));
    // Moving statistics lag behind those of the data.
    const double deviation = std::sqrt(moments_[c].variance);
    mean[c] = static_cast<float>(moments_[c].mean + random_.uniform(-0.1, 0.1) * deviation);
    variance[c] = static_cast<float>(moments_[c].variance * random_.uniform(0.8, 1.25));

    const double scale = gamma[c] / std::sqrt(double{variance[c]} + attributes.epsilon);
    const Moments normalised = {beta[c] + scale * (moments_[c].mean - mean[c]),
                                scale * scale * moments_[c].variance};
    moments_[c] = after_relu6(normalised);
  }
  const std::string variables = "MobilenetV1/" + layer + "/BatchNorm/";
  const std::string ops = "MobilenetV1/MobilenetV1/" + layer;
  const Shape shape_of_each{static_cast<std::int64_t>(channels)};
  const Value gamma_value = constant(variables + "gamma", shape_of_each, std::move(gamma));
  const Value beta_value = constant(variables + "beta", shape_of_each, std::move(beta));
  const Value mean_value = constant(variables + "moving_mean", shape_of_each, std::move(mean));
  const Value variance_value =
      constant(variables + "moving_variance", shape_of_each, std::move(variance));
  add(OpKind::BatchNorm, ops + "/BatchNorm/FusedBatchNorm",
      {gamma_value, beta_value, mean_value, variance_value}, attributes);
  add(OpKind::Relu6, ops + "/Relu6", {});
}

// Slim's window shrinks with small images. For large ones, whose last features it does not cover,
// slim has the option global_pool, which is taken there.
void Builder::pool() {
  if (shape()[1] > kPoolKernel || shape()[2] > kPoolKernel) {
    add(OpKind::Mean, "MobilenetV1/Logits/global_pool", {}, ReduceAttributes{true});
    return;
  }
  PoolAttributes attributes;
  attributes.kernel_h = shape()[1];
  attributes.kernel_w = shape()[2];
  attributes.stride_h = attributes.stride_w = kPoolStride;
  add(OpKind::AvgPool, "MobilenetV1/Logits/AvgPool_1a/AvgPool", {}, attributes);
}

void Builder::classifier() {
  const std::string scope = "MobilenetV1/Logits/";
  const std::int64_t features = shape()[3];
  add(OpKind::Identity, scope + "Dropout_1b/Identity", {});

  double squares = 0;
  for (const Moments& feature : moments_) squares += feature.mean * feature.mean;
  const double deviation = kLogitSpread / std::sqrt(squares);
  const Value weights =
      drawn(scope + "Conv2d_1c_1x1/weights", Shape{1, 1, features, options_.classes}, deviation);
  add(OpKind::Conv2D, scope + "Conv2d_1c_1x1/Conv2D", {weights}, same_attributes(1, 1));
  const Value biases = drawn(scope + "Conv2d_1c_1x1/biases", Shape{options_.classes}, 0.1);
  add(OpKind::BiasAdd, scope + "Conv2d_1c_1x1/BiasAdd", {biases});

  const ReshapeAttributes flat{Shape{options_.batch, options_.classes}};
  add(OpKind::Reshape, scope + "SpatialSqueeze", {}, flat);
  add(OpKind::Reshape, "MobilenetV1/Predictions/Reshape", {}, flat);
  add(OpKind::Softmax, "MobilenetV1/Predictions/Softmax", {});
  add(OpKind::Reshape, "MobilenetV1/Predictions/Reshape_1", {}, flat);
}

Graph Builder::build() {
  Op input;
  input.kind = OpKind::Input;
  input.name = "input";
  input.shape = Shape{options_.batch, options_.height, options_.width, options_.channels};
  last_ = graph_.input = graph_.add(std::move(input));

  convolution("Conv2d_0", 3, 2, depth(kStemDepth));
  for (std::size_t i = 0; i < kBlocks.size(); ++i) {
    depthwise(fmt::format("Conv2d_{}_depthwise", i + 1), kBlocks[i].stride);
    convolution(fmt::format("Conv2d_{}_pointwise", i + 1), 1, 1, depth(kBlocks[i].depth));
  }
  pool();
  classifier();
  graph_.output = last_;
  return std::move(graph_);
}

Result<void> check(const MobileNetOptions& options) {
  Diagnostics problems;
  const auto expect = [&](bool valid, const char* option, const std::string& found,
                          const char* expected) {
    if (valid) return;
    problems.add({.message = fmt::format("{} {}: expected {}", option, found, expected),
                  .blame = Blame::Usage});
  };
  // The upper bounds keep every tensor and every product of sizes far from the limits of int64.
  const auto between = [&](const char* option, std::int64_t found, std::int64_t low,
                           std::int64_t high) {
    expect(found >= low && found <= high, option, std::to_string(found),
           fmt::format("{} to {}", low, high).c_str());
  };
  expect(options.alpha > 0 && options.alpha <= 4, "alpha", fmt::format("{}", options.alpha),
         "more than 0 and at most 4");
  between("min_depth", options.min_depth, 1, 4096);
  between("height", options.height, 32, 8192);
  between("width", options.width, 32, 8192);
  between("channels", options.channels, 1, 1024);
  between("batch", options.batch, 1, 1024);
  between("classes", options.classes, 1, 65536);
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

std::string size_words(const MobileNetOptions& options) {
  if (options.height == options.width) return std::to_string(options.height);
  return fmt::format("{}x{}", options.height, options.width);
}

}  // namespace

Result<Graph> build_mobilenet(const MobileNetOptions& options) {
  SLIMC_TRY(check(options));
  Graph graph = Builder(options).build();
  SLIMC_ASSIGN(graph.name, c_identifier(fmt::format("mobilenet_v1_{:.2f}_{}", options.alpha,
                                                    size_words(options))));
  return graph;
}

}  // namespace slimc::frontend
