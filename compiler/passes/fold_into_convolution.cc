#include "compiler/passes/fold_into_convolution.h"

#include <fmt/format.h>

#include <cmath>

namespace slimc {
namespace {

bool is_constant(const Graph& graph, Value value) {
  return graph.op(value).kind == OpKind::Constant;
}

bool can_fold_into(const Rewriter& rewriter, Value x) {
  const Op& op = rewriter.producer(x);
  if (op.kind != OpKind::Conv2D && op.kind != OpKind::DepthwiseConv2D) return false;
  return rewriter.has_one_use(x) &&
         op.attributes_as<ConvolutionAttributes>().activation == Activation::None &&
         is_constant(rewriter.after(), op.inputs[1]) &&
         (op.inputs.size() < 3 || is_constant(rewriter.after(), op.inputs[2]));
}

// The innermost index of both kinds of weights is the channel of the result: HWIO has `co` there,
// and the last two dimensions of depthwise weights [kh,kw,ci,m] count channel ci*m + j.
Tensor scaled(const Tensor& weights, const std::vector<double>& scale) {
  Tensor result = weights;
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    result.data[i] = static_cast<float>(weights.data[i] * scale[i % scale.size()]);
  }
  return result;
}

Tensor moved(const Tensor* bias, const ChannelAffine& affine) {
  const std::size_t channels = affine.scale.size();
  Tensor result{Shape{static_cast<std::int64_t>(channels)}, std::vector<float>(channels)};
  for (std::size_t c = 0; c < channels; ++c) {
    const double b = bias == nullptr ? 0.0 : bias->data[c];
    result.data[c] = static_cast<float>(b * affine.scale[c] + affine.offset[c]);
  }
  return result;
}

// Reports the first number that is not finite; true if there is none.
bool expect_finite(Rewriter& rewriter, const Op& op, const Op& convolution, const char* what,
                   const Tensor& tensor, std::size_t channels) {
  for (std::size_t i = 0; i < tensor.data.size(); ++i) {
    if (std::isfinite(tensor.data[i])) continue;
    const std::size_t channel = i % channels;
    std::string message =
        fmt::format("folded into '{}', it makes a {} of channel {} {}; expected a finite number",
                    convolution.name, what, channel, tensor.data[i]);
    if (op.kind == OpKind::BatchNorm) {
      message += fmt::format(" (the channel's variance is {}, epsilon is {})",
                             rewriter.before().constant(op.inputs[4]).data[channel],
                             op.attributes_as<BatchNormAttributes>().epsilon);
    }
    rewriter.problem(op, std::move(message));
    return false;
  }
  return true;
}

}  // namespace

std::optional<Value> fold_into_convolution(Rewriter& rewriter, const Op& op,
                                           const ChannelAffine& affine) {
  if (!can_fold_into(rewriter, affine.x)) return std::nullopt;
  Graph& graph = rewriter.after();
  Op convolution = rewriter.producer(affine.x);
  const bool has_bias = convolution.inputs.size() > 2;

  Tensor weights = scaled(graph.constant(convolution.inputs[1]), affine.scale);
  Tensor bias = moved(has_bias ? &graph.constant(convolution.inputs[2]) : nullptr, affine);
  const std::size_t channels = affine.scale.size();
  if (!expect_finite(rewriter, op, convolution, "weight", weights, channels) ||
      !expect_finite(rewriter, op, convolution, "bias", bias, channels)) {
    return std::nullopt;
  }
  const std::string weights_name = graph.op(convolution.inputs[1]).name;
  const std::string bias_name =
      has_bias ? graph.op(convolution.inputs[2]).name : convolution.name + "/bias";
  convolution.inputs = {convolution.inputs[0], graph.add_constant(weights_name, std::move(weights)),
                        graph.add_constant(bias_name, std::move(bias))};
  return graph.add(std::move(convolution));
}

}  // namespace slimc
