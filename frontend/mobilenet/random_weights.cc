// This file is compiled without fused multiply-adds (see CMakeLists.txt): a seed means the same
// bits on every machine.
#include "frontend/mobilenet/random_weights.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "frontend/mobilenet/random.h"

namespace slimc::frontend {
namespace {

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

std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

// Beside what it draws it carries an estimate of every channel's moments, so that the moving
// statistics are near those that training would have found, and activations neither die out nor
// saturate on the way.
class RandomWeights {
 public:
  RandomWeights(const Architecture& architecture, std::uint64_t seed)
      : random_(seed),
        epsilon_(architecture.batch_norm_epsilon),
        moments_(size(architecture.input[3]), kImageMoments) {
    const std::vector<Variable> variables = variables_of(architecture);
    // The classifier's weights and biases come last.
    if (architecture.classes > 0) classifier_ = variables[variables.size() - 2].name;
  }

  Tensor value(const Variable& variable);

 private:
  Tensor drawn(const Shape& shape, double deviation);
  Tensor weights(const Variable& variable);
  Tensor depthwise_weights(const Shape& shape);
  void draw_batch_norm();

  Random random_;
  float epsilon_;
  std::string classifier_;
  std::vector<Moments> moments_;  // of the activations so far, a channel each
  // Of the batch norm under way: its four numbers of a channel are drawn together.
  std::vector<float> gamma_, beta_, mean_, variance_;
};

Tensor RandomWeights::value(const Variable& variable) {
  switch (variable.role) {
    case VariableRole::Weights:
      return weights(variable);
    case VariableRole::DepthwiseWeights:
      return depthwise_weights(variable.shape);
    case VariableRole::Bias:
      return drawn(variable.shape, 0.1);
    case VariableRole::Gamma:
      draw_batch_norm();
      return {variable.shape, std::move(gamma_)};
    case VariableRole::Beta:
      return {variable.shape, std::move(beta_)};
    case VariableRole::MovingMean:
      return {variable.shape, std::move(mean_)};
    case VariableRole::MovingVariance:
      return {variable.shape, std::move(variance_)};
  }
  return {};
}

Tensor RandomWeights::drawn(const Shape& shape, double deviation) {
  std::vector<float> data(size(shape.elements()));
  for (float& value : data) value = static_cast<float>(deviation * random_.normal());
  return {shape, std::move(data)};
}

Tensor RandomWeights::weights(const Variable& variable) {
  const Shape& shape = variable.shape;
  if (variable.name == classifier_) {
    double squares = 0;
    for (const Moments& feature : moments_) squares += feature.mean * feature.mean;
    return drawn(shape, kLogitSpread / std::sqrt(squares));
  }
  const std::size_t inputs = size(shape[2]);
  const std::size_t outputs = size(shape[3]);
  // He et al. 2015: half of the activations are zero behind a relu.
  Tensor tensor =
      drawn(shape, std::sqrt(2.0 / static_cast<double>(shape[0] * shape[1] * shape[2])));
  std::vector<Moments> results(outputs, Moments{0, 0});
  for (std::size_t i = 0; i < tensor.data.size(); ++i) {
    const Moments& from = moments_[i / outputs % inputs];
    Moments& to = results[i % outputs];
    const double weight = tensor.data[i];
    to.mean += weight * from.mean;
    to.variance += weight * weight * from.variance;
  }
  moments_ = std::move(results);
  return tensor;
}

Tensor RandomWeights::depthwise_weights(const Shape& shape) {
  const std::size_t multiplier = size(shape[3]);
  const std::size_t outputs = size(shape[2]) * multiplier;
  Tensor tensor = drawn(shape, std::sqrt(2.0 / static_cast<double>(shape[0] * shape[1])));
  std::vector<Moments> results(outputs, Moments{0, 0});
  for (std::size_t i = 0; i < tensor.data.size(); ++i) {
    const std::size_t c = i % outputs;
    const Moments& from = moments_[c / multiplier];
    const double weight = tensor.data[i];
    results[c].mean += weight * from.mean;
    results[c].variance += weight * weight * from.variance;
  }
  moments_ = std::move(results);
  return tensor;
}

void RandomWeights::draw_batch_norm() {
  const std::size_t channels = moments_.size();
  gamma_.assign(channels, 0);
  beta_.assign(channels, 0);
  mean_.assign(channels, 0);
  variance_.assign(channels, 0);
  for (std::size_t c = 0; c < channels; ++c) {
    gamma_[c] = static_cast<float>(random_.uniform(0.8, 1.6));
    beta_[c] = static_cast<float>(random_.uniform(0.2, 1.4));
    // Moving statistics lag behind those of the data.
    const double deviation = std::sqrt(moments_[c].variance);
    mean_[c] = static_cast<float>(moments_[c].mean + random_.uniform(-0.1, 0.1) * deviation);
    variance_[c] = static_cast<float>(moments_[c].variance * random_.uniform(0.8, 1.25));

    const double scale = gamma_[c] / std::sqrt(double{variance_[c]} + epsilon_);
    const Moments normalised = {beta_[c] + scale * (moments_[c].mean - mean_[c]),
                                scale * scale * moments_[c].variance};
    moments_[c] = after_relu6(normalised);
  }
}

}  // namespace

VariableSource random_weights(const Architecture& architecture, std::uint64_t seed) {
  // std::function wants to be copied; the state of the generator must not be.
  const auto weights = std::make_shared<RandomWeights>(architecture, seed);
  return [weights](const Variable& variable) -> Result<Tensor> { return weights->value(variable); };
}

}  // namespace slimc::frontend
