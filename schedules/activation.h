// Element-wise functions of what a stage has computed; ir/graph.h has their formulas.
#pragma once

#include <Halide.h>

#include <map>
#include <string>

namespace slimc::schedules {

enum class Activation {
  None,
  Relu,
  Relu6,
  LeakyRelu,
  Clip,
  Sigmoid,
  Tanh,
  HardSigmoid,
  Elu,
  Swish,
  HardSwish
};

inline const std::map<std::string, Activation>& activation_names() {
  static const std::map<std::string, Activation> names = {{"none", Activation::None},
                                                          {"relu", Activation::Relu},
                                                          {"relu6", Activation::Relu6},
                                                          {"leaky_relu", Activation::LeakyRelu},
                                                          {"clip", Activation::Clip},
                                                          {"sigmoid", Activation::Sigmoid},
                                                          {"tanh", Activation::Tanh},
                                                          {"hard_sigmoid", Activation::HardSigmoid},
                                                          {"elu", Activation::Elu},
                                                          {"swish", Activation::Swish},
                                                          {"hard_swish", Activation::HardSwish}};
  return names;
}

// With its parameters, which stand for alpha and beta of the IR.
struct ActivationFunction {
  Activation kind = Activation::None;
  float alpha = 0, beta = 0;
};

// exp() as a polynomial: of a single float Halide's own would call the C library's, which a
// generated library does not need.
inline Halide::Expr inline_exp(const Halide::Expr& x) { return Halide::Internal::halide_exp(x); }

// The polynomial's exponent is an integer, which -x beyond 1e9 would overflow; exp(100) is infinity
// already.
inline Halide::Expr inline_sigmoid(const Halide::Expr& x) {
  return 1.0f / (1.0f + inline_exp(Halide::min(-x, 100.0f)));
}

// (1 - e) / (1 + e) with e = exp(-2|x|) loses digits where x is small. There its Taylor series
// up to x^9 is used, whose next term is below 1e-8 of x for |x| < 1/4.
inline Halide::Expr inline_tanh(const Halide::Expr& x) {
  const Halide::Expr square = x * x;
  const Halide::Expr series =
      x +
      x * square *
          (-1.0f / 3 + square * (2.0f / 15 + square * (-17.0f / 315 + square * (62.0f / 2835))));
  const Halide::Expr e = inline_exp(-2.0f * Halide::abs(x));
  const Halide::Expr ratio = (1.0f - e) / (1.0f + e);
  return Halide::select(Halide::abs(x) < 0.25f, series, Halide::select(x < 0.0f, -ratio, ratio));
}

inline Halide::Expr activate(const ActivationFunction& f, const Halide::Expr& x) {
  switch (f.kind) {
    case Activation::None:
      return x;
    case Activation::Relu:
      return Halide::max(x, 0.0f);
    case Activation::Relu6:
      return Halide::min(Halide::max(x, 0.0f), 6.0f);
    case Activation::LeakyRelu:
      return Halide::select(x < 0.0f, x * f.alpha, x);
    case Activation::Clip:
      return Halide::min(Halide::max(x, f.alpha), f.beta);
    case Activation::Sigmoid:
      return inline_sigmoid(x);
    case Activation::Tanh:
      return inline_tanh(x);
    case Activation::HardSigmoid:
      return Halide::min(Halide::max(x * f.alpha + f.beta, 0.0f), 1.0f);
    case Activation::Elu:
      return Halide::select(x < 0.0f, (inline_exp(x) - 1.0f) * f.alpha, x);
    case Activation::Swish:
      return x * inline_sigmoid(x);
    case Activation::HardSwish:
      // The product with the clamp first: a sixth inside of it would be rounded where it cancels.
      return x * Halide::min(Halide::max(x + 3.0f, 0.0f), 6.0f) * (1.0f / 6);
  }
  return x;
}

}  // namespace slimc::schedules
