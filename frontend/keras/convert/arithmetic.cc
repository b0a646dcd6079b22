// Operations that are called with a tensor and constants: TFOpLambda of tf.keras from 2.4 on,
// TensorFlowOpLayer before, and the operations of Keras 3 (keras/src/ops). preprocess_input() and
// Python's operators make them.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "frontend/keras/convert/constants.h"
#include "frontend/keras/convert/converters.h"
#include "frontend/keras/layer_calls.h"

namespace slimc::frontend {
namespace {

using Json = nlohmann::json;

const std::unordered_map<std::string, OpKind>& binary_operations() {
  static const std::unordered_map<std::string, OpKind> kinds = {
      // TFOpLambda's "function".
      {"math.truediv", OpKind::Div},
      {"math.divide", OpKind::Div},
      {"truediv", OpKind::Div},
      {"math.subtract", OpKind::Sub},
      {"math.multiply", OpKind::Mul},
      {"math.add", OpKind::Add},
      {"__operators__.add", OpKind::Add},
      {"nn.bias_add", OpKind::Add},
      // Keras 3's classes.
      {"TrueDivide", OpKind::Div},
      {"Divide", OpKind::Div},
      {"Subtract", OpKind::Sub},
      {"Multiply", OpKind::Mul},
      {"Add", OpKind::Add},
      // TensorFlow's ops.
      {"RealDiv", OpKind::Div},
      {"Sub", OpKind::Sub},
      {"Mul", OpKind::Mul},
      {"AddV2", OpKind::Add},
      {"BiasAdd", OpKind::Add},
  };
  return kinds;
}

// Keras' names of functions of one argument.
const std::unordered_map<std::string, std::string>& functions() {
  static const std::unordered_map<std::string, std::string> names = {
      {"nn.relu", "relu"},
      {"nn.relu6", "relu6"},
      {"nn.sigmoid", "sigmoid"},
      {"math.sigmoid", "sigmoid"},
      {"nn.softmax", "softmax"},
      {"math.tanh", "tanh"},
      {"nn.tanh", "tanh"},
      {"nn.silu", "silu"},
      {"nn.swish", "silu"},
      {"Relu", "relu"},
      {"Relu6", "relu6"},
      {"Sigmoid", "sigmoid"},
      {"Softmax", "softmax"},
      {"Tanh", "tanh"},
      {"Silu", "silu"},
      {"LeakyRelu", "leaky_relu"},
      {"Elu", "elu"},
      {"HardSigmoid", "hard_sigmoid"},
      {"HardSilu", "hard_silu"},
  };
  return names;
}

bool is_float(const Json& type) {
  return type == "float32" || type == "float16" || type == "float64" || type == "bfloat16";
}

Result<Value> binary(LayerContext& context, OpKind kind, const std::string& name, const Json* x,
                     const Json* y) {
  if (x == nullptr || y == nullptr ||
      as_reference(*x).has_value() == as_reference(*y).has_value()) {
    return context.fail("is " + name + ", of which slimc reads calls with a tensor and a constant");
  }
  const bool tensor_first = as_reference(*x).has_value();
  SLIMC_ASSIGN(Tensor tensor, channel_constant(context, tensor_first ? *y : *x, "constant"));
  if (tensor_first && kind == OpKind::Div) {
    for (const float divisor : tensor.data) {
      if (divisor == 0) return context.fail("divides by zero");
    }
  }
  const Value constant = context.constant("/constant", std::move(tensor));
  return tensor_first ? context.emit(kind, {context.input(), constant})
                      : context.emit(kind, {constant, context.input()});
}

Result<Value> refuse(const LayerContext& context, const std::string& operation) {
  return context.fail("computes " + operation +
                      ", which slimc does not read; it reads adding, subtracting, multiplying and "
                      "dividing by constants, and activations; --input-node " +
                      context.path() + " lets the network begin behind it");
}

// `name` is a function of TFOpLambda's or a class of Keras 3's.
Result<Value> convert_call(LayerContext& context, const std::string& name) {
  if (context.call() == nullptr) return context.fail("is " + name + ", and is not called");
  const KerasCall call = read_call(*context.call());
  if (const auto it = binary_operations().find(name); it != binary_operations().end()) {
    return binary(context, it->second, name, call.argument(0, {"x", "x1", "value"}),
                  call.argument(1, {"y", "x2", "bias"}));
  }
  if (name == "cast" || name == "Cast") {
    const Json* type = call.argument(1, {"dtype"});
    if (type == nullptr) type = context.find("dtype");
    if (type != nullptr && is_float(*type))
      return context.emit(OpKind::Identity, {context.input()});
    return refuse(context, name + " to another type");
  }
  if (name == "identity") return context.emit(OpKind::Identity, {context.input()});
  const auto function = functions().find(name);
  if (function == functions().end()) return refuse(context, name);
  for (std::size_t i = 1; i < call.positional.size(); ++i) {
    if (!call.positional[i]->is_null()) return refuse(context, name + " with more arguments");
  }
  if (call.keywords != nullptr) {
    for (const auto& [key, value] : call.keywords->items()) {
      if (key == "x" || key == "features" || key == "logits" || key == "name" || value.is_null() ||
          (key == "axis" && value == -1)) {
        continue;
      }
      return refuse(context, fmt::format("{} with {}={}", name, key, value.dump()));
    }
  }
  return convert_activation_operation(context, function->second);
}

}  // namespace

Result<Value> convert_tf_op_lambda(LayerContext& context) {
  SLIMC_ASSIGN(const std::string function, context.text("function", ""));
  return convert_call(context, function);
}

Result<Value> convert_operation(LayerContext& context) {
  return convert_call(context, context.class_name());
}

// Its op is a NodeDef as JSON, or that as text, and "constants" are the inputs that are no tensors
// (tensorflow/python/keras/engine/base_layer.py of 2.0 to 2.3).
Result<Value> convert_tensorflow_op_layer(LayerContext& context) {
  const Json* node = context.find("node_def");
  Json parsed;
  if (node != nullptr && node->is_string()) {
    const auto& text = node->get_ref<const std::string&>();
    constexpr std::size_t kMaxText = std::size_t{1} << 20;
    constexpr std::size_t kMaxBrackets = 10'000;
    const auto brackets = static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return c == '[' || c == '{'; }));
    if (text.size() <= kMaxText && brackets <= kMaxBrackets) {
      parsed = Json::parse(text, nullptr, false);
      node = &parsed;
    }
  }
  if (node == nullptr || !node->is_object() || !node->contains("op") ||
      !(*node)["op"].is_string()) {
    return refuse(context, "an op of TensorFlow whose node_def is no JSON");
  }
  const std::string op = (*node)["op"].get<std::string>();
  if (op == "Relu" || op == "Relu6" || op == "Sigmoid" || op == "Tanh" || op == "Softmax" ||
      op == "Elu") {
    return convert_activation_operation(context, functions().at(op));
  }
  const auto kind = binary_operations().find(op == "Add" ? "AddV2" : op);
  const Json* constants = context.find("constants");
  if (kind == binary_operations().end() || op == "Multiply" || op == "Subtract") {
    return refuse(context, op);
  }
  if (constants == nullptr || !constants->is_object() || constants->size() != 1 ||
      (!constants->contains("0") && !constants->contains("1"))) {
    return context.fail("is " + op + ", of which slimc reads those of a tensor and a constant");
  }
  static const Json tensor = Json::array({"", 0, 0});
  return constants->contains("1") ? binary(context, kind->second, op, &tensor, &(*constants)["1"])
                                  : binary(context, kind->second, op, &(*constants)["0"], &tensor);
}

}  // namespace slimc::frontend
