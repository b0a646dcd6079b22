#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "frontend/keras/convert/constants.h"
#include "frontend/keras/convert/converters.h"

namespace slimc::frontend {
namespace {

// Keras' default (keras/layers/normalization/batch_normalization.py).
constexpr double kDefaultEpsilon = 1e-3;

// An integer, or a list of one in tf.keras.
Result<void> expect_channel_axis(const LayerContext& context) {
  const nlohmann::json* axis = context.find("axis");
  if (axis == nullptr) return {};
  const nlohmann::json& value = axis->is_array() && axis->size() == 1 ? axis->front() : *axis;
  const int last = context.input_shape().rank() - 1;
  if (value.is_number_integer() && (value == -1 || value == last)) return {};
  return context.fail(
      fmt::format("its axis is {}; slimc normalises over channels, {}", axis->dump(), last));
}

Tensor filled(std::int64_t channels, float value) {
  return {Shape{channels}, std::vector<float>(static_cast<std::size_t>(channels), value)};
}

// A weight, or what stands for it where the config says that there is none.
Result<Value> optional_weight(LayerContext& context, const char* switch_key, const char* name,
                              std::int64_t channels, float otherwise) {
  SLIMC_ASSIGN(const bool there, context.flag(switch_key, true));
  if (there) return context.weight({name}, Shape{channels});
  return context.constant(std::string("/") + name, filled(channels, otherwise));
}

// The square root needs it.
Result<void> check_variance(const LayerContext& context, Value variance, float epsilon) {
  const std::vector<float>& data = context.tensor(variance).data;
  for (std::size_t c = 0; c < data.size(); ++c) {
    if (data[c] + epsilon > 0) continue;
    return context.fail(
        fmt::format("its moving_variance is {} in channel {}, with epsilon {} not "
                    "above zero",
                    data[c], c, epsilon));
  }
  return {};
}

Result<Tensor> number_or_list(const LayerContext& context, const char* key, double otherwise) {
  const nlohmann::json* json = context.find(key);
  if (json == nullptr) return Tensor{Shape{}, {static_cast<float>(otherwise)}};
  return channel_constant(context, *json, key);
}

// Of a Normalization: from its config, or from what it has seen in adapt().
Result<Tensor> statistic(const LayerContext& context, const char* name, const Shape& shape) {
  if (const nlohmann::json* json = context.find(name)) {
    return channel_constant(context, *json, name);
  }
  return context.read_weight({name}, shape);
}

}  // namespace

Result<Value> convert_batch_normalization_layer(LayerContext& context) {
  SLIMC_TRY(expect_channel_axis(context));
  SLIMC_ASSIGN(const bool renorm, context.flag("renorm", false));
  if (renorm) return context.fail("its renorm is true, expected false");
  BatchNormAttributes attributes;
  SLIMC_ASSIGN(const double epsilon, context.number("epsilon", kDefaultEpsilon));
  attributes.epsilon = static_cast<float>(epsilon);
  const Shape& shape = context.input_shape();
  const std::int64_t channels = shape[shape.rank() - 1];
  SLIMC_ASSIGN(const Value mean, context.weight({"moving_mean"}, Shape{channels}));
  SLIMC_ASSIGN(const Value variance, context.weight({"moving_variance"}, Shape{channels}));
  SLIMC_TRY(check_variance(context, variance, attributes.epsilon));
  // Behind those that are in the file: they show that there are so many channels.
  SLIMC_ASSIGN(const Value gamma, optional_weight(context, "scale", "gamma", channels, 1));
  SLIMC_ASSIGN(const Value beta, optional_weight(context, "center", "beta", channels, 0));
  return context.emit(OpKind::BatchNorm, {context.input(), gamma, beta, mean, variance},
                      attributes);
}

Result<Value> convert_rescaling_layer(LayerContext& context) {
  SLIMC_ASSIGN(Tensor scale, number_or_list(context, "scale", 1));
  SLIMC_ASSIGN(Tensor offset, number_or_list(context, "offset", 0));
  const Value factor = context.constant("/scale", std::move(scale));
  const Value addend = context.constant("/offset", std::move(offset));
  SLIMC_ASSIGN(const Value scaled,
               context.emit(OpKind::Mul, {context.input(), factor}, {}, "/Mul"));
  return context.emit(OpKind::Add, {scaled, addend});
}

// (x - mean) / max(sqrt(variance), 1e-7), or its inverse.
Result<Value> convert_normalization_layer(LayerContext& context) {
  constexpr float kLeastDeviation = 1e-7f;  // keras.backend.epsilon()
  const Shape& input = context.input_shape();
  const std::int64_t channels = input[input.rank() - 1];
  // None and [] are one mean for all numbers.
  const nlohmann::json* axis = context.find("axis");
  const bool one_for_all = axis == nullptr || (axis->is_array() && axis->empty());
  if (!one_for_all) SLIMC_TRY(expect_channel_axis(context));
  if ((context.find("mean") == nullptr) != (context.find("variance") == nullptr)) {
    return context.fail("has only one of mean and variance in its config");
  }
  const Shape shape = one_for_all ? Shape{} : Shape{channels};
  SLIMC_ASSIGN(Tensor mean, statistic(context, "mean", shape));
  SLIMC_ASSIGN(Tensor deviation, statistic(context, "variance", shape));
  for (float& value : deviation.data) {
    if (value < 0) return context.fail(fmt::format("has a variance of {}", value));
    value = std::max(std::sqrt(value), kLeastDeviation);
  }
  SLIMC_ASSIGN(const bool invert, context.flag("invert", false));
  const Value subtrahend = context.constant("/mean", std::move(mean));
  const Value divisor = context.constant("/deviation", std::move(deviation));
  if (invert) {
    SLIMC_ASSIGN(const Value scaled,
                 context.emit(OpKind::Mul, {context.input(), divisor}, {}, "/Mul"));
    return context.emit(OpKind::Add, {scaled, subtrahend});
  }
  SLIMC_ASSIGN(const Value centred,
               context.emit(OpKind::Sub, {context.input(), subtrahend}, {}, "/Sub"));
  return context.emit(OpKind::Div, {centred, divisor});
}

}  // namespace slimc::frontend
