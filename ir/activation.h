#pragma once

#include <string_view>

namespace slimc {

// Element-wise functions that a stage can apply to what it has computed. `alpha` and `beta` are an
// ActivationFunction's parameters.
enum class Activation {
  None,
  Relu,
  Relu6,
  LeakyRelu,    // x < 0 ? alpha * x : x
  Clip,         // min(max(x, alpha), beta)
  Sigmoid,      // 1 / (1 + exp(-x))
  Tanh,         //
  HardSigmoid,  // min(max(alpha * x + beta, 0), 1); Keras 3 and PyTorch 1/6, 1/2, Keras 2 0.2, 1/2
  Elu,          // x < 0 ? alpha * (exp(x) - 1) : x
  Swish,        // x * sigmoid(x)
  HardSwish,    // x * min(max(x + 3, 0), 6) / 6
};

struct ActivationFunction {
  Activation kind = Activation::None;
  float alpha = 0, beta = 0;

  ActivationFunction() = default;
  ActivationFunction(Activation k, float a = 0, float b = 0) : kind(k), alpha(a), beta(b) {}
  friend bool operator==(const ActivationFunction&, const ActivationFunction&) = default;
};

// "relu6", "leaky_relu"; "none".
std::string_view name_of(Activation kind);

}  // namespace slimc
