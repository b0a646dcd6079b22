#include <algorithm>
#include <cmath>

#include "compiler/reference/kernels.h"
#include "support/check.h"

namespace slimc::reference {
namespace {

// For each dimension of `result`, the step in `x`'s data: 0 where x is broadcast.
std::vector<std::int64_t> broadcast_strides(const Shape& x, const Shape& result) {
  std::vector<std::int64_t> strides(static_cast<std::size_t>(result.rank()), 0);
  std::int64_t stride = 1;
  for (int i = x.rank() - 1; i >= 0; --i) {
    const int at = i + result.rank() - x.rank();
    if (x[i] != 1) strides[static_cast<std::size_t>(at)] = stride;
    stride *= x[i];
  }
  return strides;
}

template <typename F>
DoubleTensor zip(const Shape& shape, const DoubleTensor& x, const DoubleTensor& y, F f) {
  DoubleTensor result = zeros(shape);
  const auto x_strides = broadcast_strides(x.shape, shape);
  const auto y_strides = broadcast_strides(y.shape, shape);
  const std::size_t rank = x_strides.size();
  std::vector<std::int64_t> index(rank, 0);  // counts like an odometer, last dimension fastest
  std::int64_t xi = 0, yi = 0;
  for (double& out : result.data) {
    out = f(x.data[static_cast<std::size_t>(xi)], y.data[static_cast<std::size_t>(yi)]);
    for (std::size_t d = rank; d-- > 0;) {
      xi += x_strides[d];
      yi += y_strides[d];
      if (++index[d] < shape[static_cast<int>(d)]) break;
      xi -= x_strides[d] * index[d];
      yi -= y_strides[d] * index[d];
      index[d] = 0;
    }
  }
  return result;
}

template <typename F>
DoubleTensor map(const Shape& shape, const DoubleTensor& x, F f) {
  DoubleTensor result = zeros(shape);
  std::transform(x.data.begin(), x.data.end(), result.data.begin(), f);
  return result;
}

double relu(double x) { return std::max(x, 0.0); }
double relu6(double x) { return std::clamp(x, 0.0, 6.0); }
double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

}  // namespace

double apply(const ActivationFunction& f, double x) {
  const double alpha = f.alpha, beta = f.beta;
  switch (f.kind) {
    case Activation::None:
      return x;
    case Activation::Relu:
      return relu(x);
    case Activation::Relu6:
      return relu6(x);
    case Activation::LeakyRelu:
      return x < 0 ? alpha * x : x;
    case Activation::Clip:
      return std::min(std::max(x, alpha), beta);
    case Activation::Sigmoid:
      return sigmoid(x);
    case Activation::Tanh:
      return std::tanh(x);
    case Activation::HardSigmoid:
      return std::clamp(alpha * x + beta, 0.0, 1.0);
    case Activation::Elu:
      return x < 0 ? alpha * std::expm1(x) : x;
    case Activation::Swish:
      return x * sigmoid(x);
    case Activation::HardSwish:
      return x * relu6(x + 3) / 6;
  }
  SLIMC_CHECK(false, "unknown activation");
}

void apply(const ActivationFunction& function, std::vector<double>& data) {
  for (double& x : data) x = apply(function, x);
}

DoubleTensor binary(const Op& op, const Inputs& in) {
  const auto with = [&](auto f) { return zip(op.shape, *in[0], *in[1], f); };
  switch (op.kind) {
    case OpKind::Add:
      return with([](double x, double y) { return x + y; });
    case OpKind::Sub:
      return with([](double x, double y) { return x - y; });
    case OpKind::Mul:
      return with([](double x, double y) { return x * y; });
    case OpKind::Div:
      return with([](double x, double y) { return x / y; });
    case OpKind::Maximum:
      return with([](double x, double y) { return std::max(x, y); });
    case OpKind::Minimum:
      return with([](double x, double y) { return std::min(x, y); });
    default:
      SLIMC_CHECK(false, "not a binary op");
  }
}

DoubleTensor unary(const Op& op, const Inputs& in) {
  const auto with = [&](auto f) { return map(op.shape, *in[0], f); };
  switch (op.kind) {
    case OpKind::Sqrt:
      return with([](double x) { return std::sqrt(x); });
    case OpKind::Rsqrt:
      return with([](double x) { return 1.0 / std::sqrt(x); });
    case OpKind::Relu:
      return with(relu);
    case OpKind::Relu6:
      return with(relu6);
    case OpKind::Exp:
      return with([](double x) { return std::exp(x); });
    case OpKind::Activate: {
      const ActivationFunction& function = op.attributes_as<ActivateAttributes>().function;
      return with([&](double x) { return apply(function, x); });
    }
    default:
      SLIMC_CHECK(false, "not a unary op");
  }
}

DoubleTensor bias_add(const Op& op, const Inputs& in) {
  return zip(op.shape, *in[0], *in[1], [](double x, double y) { return x + y; });
}

DoubleTensor scale_image(const Op&, const Inputs& in) {
  DoubleTensor y = *in[0];
  const auto &scale = in[1]->data, &offset = in[2]->data;
  for (std::size_t i = 0; i < y.data.size(); ++i) {
    y.data[i] = y.data[i] * scale[i % scale.size()] + offset[i % offset.size()];
  }
  return y;
}

DoubleTensor batch_norm(const Op& op, const Inputs& in) {
  const double epsilon = op.attributes_as<BatchNormAttributes>().epsilon;
  const auto &gamma = in[1]->data, &beta = in[2]->data, &mean = in[3]->data,
             &variance = in[4]->data;
  DoubleTensor y = *in[0];
  for (std::size_t i = 0; i < y.data.size(); ++i) {
    const std::size_t c = i % gamma.size();
    y.data[i] = (y.data[i] - mean[c]) / std::sqrt(variance[c] + epsilon) * gamma[c] + beta[c];
  }
  return y;
}

}  // namespace slimc::reference
