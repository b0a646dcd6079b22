#include <algorithm>
#include <cmath>

#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"
#include "ir/channel_affine.h"

namespace slimc {
namespace {

bool only_scales(const ChannelAffine& affine) {
  return std::all_of(affine.offset.begin(), affine.offset.end(), [](double o) { return o == 0; });
}

// Half a unit in the last place of float: what is left of 49 * (1/49) when 1/49 was rounded.
bool is_identity(const ChannelAffine& affine) {
  constexpr double kRounding = 0x1p-24;
  return only_scales(affine) && std::all_of(affine.scale.begin(), affine.scale.end(),
                                            [](double s) { return std::abs(s - 1) <= kRounding; });
}

bool is_constant(const Graph& graph, Value value) {
  return graph.op(value).kind == OpKind::Constant;
}

// W * (x*scale + offset) + b = (W*scale) * x + (b + sum of W*offset). The innermost indices are the
// input's channel and what it makes: HWIO's ci, co, and ci, m of depthwise weights.
Tensor scaled(const Tensor& weights, const std::vector<double>& scale) {
  Tensor result = weights;
  const auto inner = static_cast<std::size_t>(weights.shape[3]);
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    result.data[i] = static_cast<float>(weights.data[i] * scale[i / inner % scale.size()]);
  }
  return result;
}

Tensor moved(const Tensor& bias, const Tensor& weights, const std::vector<double>& offset) {
  const auto inner = static_cast<std::size_t>(weights.shape[3]);
  const std::size_t channels = bias.data.size();
  std::vector<double> sums(bias.data.begin(), bias.data.end());
  for (std::size_t i = 0; i < weights.data.size(); ++i) {
    // i counts [.., ci, co] or [.., ci, m], whose result is channel co, or ci*m + j.
    sums[i % channels] += weights.data[i] * offset[i / inner % offset.size()];
  }
  return {bias.shape, {sums.begin(), sums.end()}};
}

bool is_finite(const Tensor& tensor) {
  return std::all_of(tensor.data.begin(), tensor.data.end(),
                     [](float x) { return std::isfinite(x); });
}

std::optional<Value> fold_into(Rewriter& rewriter, const Op& op) {
  const Graph& before = rewriter.before();
  if (op.inputs.size() != 3 || !is_constant(before, op.inputs[1]) ||
      !is_constant(before, op.inputs[2])) {
    return std::nullopt;
  }
  const auto affine = channel_affine_chain(before, op.inputs[0]);
  if (!affine) return std::nullopt;
  // Padding is zeros behind the offset, and would be more than that in front of it.
  const bool is_padded = op.attributes_as<ConvolutionAttributes>().padding != Padding{};
  if (is_padded && !only_scales(*affine)) return std::nullopt;

  const Tensor& old_weights = before.constant(op.inputs[1]);
  Tensor weights = scaled(old_weights, affine->scale);
  Tensor bias = moved(before.constant(op.inputs[2]), old_weights, affine->offset);
  if (!is_finite(weights) || !is_finite(bias)) {
    rewriter.problem(op,
                     "the scale in front of it, multiplied into its weights, makes numbers that "
                     "are not finite");
    return std::nullopt;
  }
  Graph& after = rewriter.after();
  Op convolution = op;
  convolution.inputs = {
      rewriter.now(affine->x),
      after.add_constant(before.op(op.inputs[1]).name, std::move(weights)),
      after.add_constant(before.op(op.inputs[2]).name, std::move(bias)),
  };
  return after.add(std::move(convolution));
}

}  // namespace

Result<Graph> fold_scale(const Graph& graph) {
  return rewrite(graph, [](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
    if (op.kind == OpKind::Conv2D || op.kind == OpKind::DepthwiseConv2D) {
      return fold_into(rewriter, op);
    }
    const Value self{static_cast<int>(&op - rewriter.before().ops().data())};
    const auto affine = channel_affine_chain(rewriter.before(), self);
    if (!affine || !is_identity(*affine)) return std::nullopt;
    return rewriter.now(affine->x);
  });
}

}  // namespace slimc
