#include <fmt/format.h>

#include "frontend/keras/convert/converters.h"

namespace slimc::frontend {
namespace {

Result<void> expect_last_axis(const LayerContext& context, const nlohmann::json& axis) {
  const int last = context.input_shape().rank() - 1;
  if (axis.is_number_integer() && (axis == -1 || axis == last)) return {};
  return context.fail(
      fmt::format("its axis is {}; slimc computes a softmax over the last, {}", axis.dump(), last));
}

Result<Value> activate(LayerContext& context, Value value, const std::string& suffix) {
  SLIMC_ASSIGN(const std::string function, context.text("activation", "linear"));
  if (function == "linear") return value;
  if (function == "relu") return context.emit(OpKind::Relu, {value}, {}, suffix);
  if (function == "relu6") return context.emit(OpKind::Relu6, {value}, {}, suffix);
  if (function == "softmax") return context.emit(OpKind::Softmax, {value}, {}, suffix);
  return context.fail("its activation is '" + function +
                      "'; slimc reads linear, relu, relu6 and softmax");
}

}  // namespace

Result<Value> apply_activation(LayerContext& context, Value value) {
  return activate(context, value, "/activation");
}

Result<Value> convert_activation_layer(LayerContext& context) {
  return activate(context, context.input(), "");
}

Result<Value> convert_relu_layer(LayerContext& context) {
  SLIMC_ASSIGN(const double slope, context.number("negative_slope", 0));
  SLIMC_ASSIGN(const double threshold, context.number("threshold", 0));
  if (slope != 0 || threshold != 0) {
    return context.fail(
        fmt::format("its negative_slope is {} and its threshold {}, expected 0 for "
                    "both",
                    slope, threshold));
  }
  if (context.find("max_value") == nullptr) return context.emit(OpKind::Relu, {context.input()});
  SLIMC_ASSIGN(const double limit, context.number("max_value", 0));
  if (limit != 6)
    return context.fail(fmt::format("its max_value is {}, expected 6 or none", limit));
  return context.emit(OpKind::Relu6, {context.input()});
}

Result<Value> convert_softmax_layer(LayerContext& context) {
  if (const nlohmann::json* axis = context.find("axis")) {
    SLIMC_TRY(expect_last_axis(context, *axis));
  }
  return context.emit(OpKind::Softmax, {context.input()});
}

}  // namespace slimc::frontend
