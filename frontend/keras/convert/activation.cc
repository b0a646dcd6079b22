#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "frontend/keras/convert/converters.h"

namespace slimc::frontend {
namespace {

using Json = nlohmann::json;

constexpr int kKeras3 = 3;
constexpr double kFunctionsLeakySlope = 0.2;  // of the function leaky_relu, all versions
constexpr double kLayersLeakySlope = 0.3;     // of the layer LeakyReLU, all versions

constexpr std::string_view kFunctions[] = {
    "linear",       "relu", "relu6", "leaky_relu", "elu",        "sigmoid", "tanh",
    "hard_sigmoid", "silu", "swish", "hard_silu",  "hard_swish", "softmax"};

Failure unknown_function(const LayerContext& context, const std::string& function) {
  return context.fail("its activation is '" + function +
                      "'; slimc reads linear, relu, relu6, leaky_relu, elu, sigmoid, "
                      "hard_sigmoid, tanh, silu (swish), hard_silu and softmax");
}

Result<void> expect_last_axis(const LayerContext& context, const Json& axis) {
  const Json& value = axis.is_array() && axis.size() == 1 ? axis.front() : axis;
  const int last = context.input_shape().rank() - 1;
  if (value.is_number_integer() && (value == -1 || value == last)) return {};
  return context.fail(
      fmt::format("its axis is {}; slimc computes a softmax over the last, {}", axis.dump(), last));
}

Result<Value> element_wise(LayerContext& context, Value value, ActivationFunction function,
                           const std::string& suffix) {
  return context.emit(OpKind::Activate, {value}, ActivateAttributes{function}, suffix);
}

// Keras 2: 0.2 x + 0.5 (keras/backend.py, hard_sigmoid). Keras 3: x / 6 + 0.5
// (keras/src/activations/activations.py).
Result<Value> hard_sigmoid(LayerContext& context, Value value, const std::string& suffix) {
  constexpr float kHalf = 0.5f;
  if (context.version() == 0) {
    return context.fail(
        "its activation is 'hard_sigmoid', which Keras 2 and 3 compute "
        "differently, and the file does not say which one wrote it");
  }
  const float slope = context.version() >= kKeras3 ? 1.0f / 6 : 0.2f;
  return element_wise(context, value, {Activation::HardSigmoid, slope, kHalf}, suffix);
}

// A ReLU with all that its layer and its function may have.
Result<Value> relu(LayerContext& context, Value value, const std::string& suffix) {
  SLIMC_ASSIGN(const double slope, context.number("negative_slope", 0));
  SLIMC_ASSIGN(const double threshold, context.number("threshold", 0));
  const bool limited = context.find("max_value") != nullptr;
  SLIMC_ASSIGN(const double limit, context.number("max_value", 0));
  if (threshold != 0 || (limited && slope != 0) || (limited && !(limit > 0))) {
    return context.fail(
        fmt::format("its max_value is {}, its negative_slope {} and its threshold "
                    "{}; slimc reads a ReLU with a max_value above 0 or a "
                    "negative_slope, without a threshold",
                    limited ? fmt::format("{}", limit) : "none", slope, threshold));
  }
  if (slope != 0) {
    return element_wise(context, value, {Activation::LeakyRelu, static_cast<float>(slope)}, suffix);
  }
  if (!limited) return context.emit(OpKind::Relu, {value}, {}, suffix);
  if (limit == 6) return context.emit(OpKind::Relu6, {value}, {}, suffix);
  return element_wise(context, value, {Activation::Clip, 0, static_cast<float>(limit)}, suffix);
}

Result<Value> apply(LayerContext& context, Value value, const std::string& function,
                    const std::string& suffix) {
  const auto simple = [&](ActivationFunction f) { return element_wise(context, value, f, suffix); };
  if (function == "linear") return value;
  if (function == "relu") return context.emit(OpKind::Relu, {value}, {}, suffix);
  if (function == "relu6") return context.emit(OpKind::Relu6, {value}, {}, suffix);
  if (function == "softmax") return context.emit(OpKind::Softmax, {value}, {}, suffix);
  if (function == "sigmoid") return simple(Activation::Sigmoid);
  if (function == "tanh") return simple(Activation::Tanh);
  if (function == "elu") return simple({Activation::Elu, 1});
  if (function == "swish" || function == "silu") return simple(Activation::Swish);
  if (function == "hard_silu" || function == "hard_swish") return simple(Activation::HardSwish);
  if (function == "leaky_relu") return simple({Activation::LeakyRelu, kFunctionsLeakySlope});
  if (function == "hard_sigmoid") return hard_sigmoid(context, value, suffix);
  return unknown_function(context, function);
}

// Models of one's own that were written before Keras had relu6 register theirs: "Custom>relu6".
// No other function of a user's is known by its name.
Result<std::string> function_name(const LayerContext& context) {
  SLIMC_ASSIGN(std::string function, context.text("activation", "linear"));
  if (function == "Custom>relu6" || function == "custom>relu6") return std::string("relu6");
  const Json* json = context.find("activation");
  if (json != nullptr && json->is_object() && function != "relu6") {
    const auto registered = json->find("registered_name");
    if (registered != json->end() && registered->is_string() &&
        registered->get<std::string>().find('>') != std::string::npos) {
      return context.fail("its activation is '" + registered->get<std::string>() +
                          "', a function of the model's own; slimc knows none but relu6");
    }
  }
  return function;
}

// Dense(activation=LeakyReLU()): a layer in the place of a function. Null for functions.
const Json* activation_layer(const LayerContext& context) {
  const Json* json = context.find("activation");
  if (json == nullptr || !json->is_object()) return nullptr;
  const auto class_name = json->find("class_name");
  const auto config = json->find("config");
  if (class_name == json->end() || config == json->end() || !config->is_object()) return nullptr;
  for (const char* known : {"ReLU", "LeakyReLU", "ELU", "Softmax"}) {
    if (*class_name == known) return json;
  }
  return nullptr;
}

}  // namespace

Result<void> check_activation(const LayerContext& context) {
  if (context.find("activation") == nullptr || activation_layer(context) != nullptr) return {};
  SLIMC_ASSIGN(const std::string function, function_name(context));
  if (std::find(std::begin(kFunctions), std::end(kFunctions), function) != std::end(kFunctions)) {
    return {};
  }
  return unknown_function(context, function);
}

Result<OwnActivation> own_activation(const LayerContext& context) {
  if (const Json* layer = activation_layer(context)) {
    return (*layer)["class_name"] == "Softmax" ? OwnActivation{"/logits", ""}
                                               : OwnActivation{"", "/activation"};
  }
  SLIMC_ASSIGN(const std::string function, function_name(context));
  if (function == "softmax") return OwnActivation{"/logits", ""};
  return OwnActivation{"", "/activation"};
}

Result<Value> apply_activation(LayerContext& context, Value value, const OwnActivation& names) {
  if (const Json* layer = activation_layer(context)) {
    context.name_value("/logits", value);
    return context.apply_layer((*layer)["class_name"].get<std::string>(), (*layer)["config"], value,
                               names.outer);
  }
  SLIMC_ASSIGN(const std::string function, function_name(context));
  if (function != "linear") context.name_value("/logits", value);
  return apply(context, value, function, names.outer);
}

Result<Value> convert_activation_layer(LayerContext& context) {
  if (const Json* layer = activation_layer(context)) {
    return context.apply_layer((*layer)["class_name"].get<std::string>(), (*layer)["config"],
                               context.input(), "");
  }
  SLIMC_ASSIGN(const std::string function, function_name(context));
  return apply(context, context.input(), function, "");
}

Result<Value> convert_activation_operation(LayerContext& context, const std::string& function) {
  if (function == "softmax" && context.find("axis") != nullptr) {
    SLIMC_TRY(expect_last_axis(context, *context.find("axis")));
  }
  if (function == "leaky_relu" && context.find("negative_slope") != nullptr) {
    SLIMC_ASSIGN(const double slope, context.number("negative_slope", kFunctionsLeakySlope));
    return element_wise(context, context.input(),
                        {Activation::LeakyRelu, static_cast<float>(slope)}, "");
  }
  if (function == "elu") return convert_elu_layer(context);
  return apply(context, context.input(), function, "");
}

Result<Value> convert_relu_layer(LayerContext& context) {
  return relu(context, context.input(), "");
}

Result<Value> convert_leaky_relu_layer(LayerContext& context) {
  // "alpha" up to Keras 2.
  const char* key = context.find("alpha") != nullptr ? "alpha" : "negative_slope";
  SLIMC_ASSIGN(const double slope, context.number(key, kLayersLeakySlope));
  return element_wise(context, context.input(), {Activation::LeakyRelu, static_cast<float>(slope)},
                      "");
}

Result<Value> convert_elu_layer(LayerContext& context) {
  SLIMC_ASSIGN(const double alpha, context.number("alpha", 1));
  return element_wise(context, context.input(), {Activation::Elu, static_cast<float>(alpha)}, "");
}

Result<Value> convert_softmax_layer(LayerContext& context) {
  if (const Json* axis = context.find("axis")) {
    SLIMC_TRY(expect_last_axis(context, *axis));
  }
  return context.emit(OpKind::Softmax, {context.input()});
}

}  // namespace slimc::frontend
