#include <fmt/format.h>

#include <cmath>

#include "compiler/passes/passes.h"
#include "compiler/passes/rewriter.h"
#include "support/half.h"

namespace slimc {
namespace {

// Which input of an op is the weights of a 1x1 convolution, or 0. The first convolution is another
// kernel, whatever its size.
std::size_t pointwise_weights(const Rewriter& rewriter, const Op& op) {
  if (op.kind != OpKind::Conv2D || rewriter.producer(op.inputs[0]).kind == OpKind::Input) return 0;
  const Shape& weights = rewriter.producer(op.inputs[1]).shape;
  return weights[0] == 1 && weights[1] == 1 ? 1 : 0;
}

// What is wrong with the first number that no finite 16-bit float is near to, or nothing.
std::string round(Tensor& tensor, WeightRounding& rounding) {
  for (std::size_t i = 0; i < tensor.data.size(); ++i) {
    float& weight = tensor.data[i];
    const float rounded = half_to_float(float_to_half(weight));
    if (!std::isfinite(rounded)) {
      const std::int64_t columns = tensor.shape[3], at = static_cast<std::int64_t>(i);
      return fmt::format(
          "the folded weight of input channel {}, output channel {} is {}; 16-bit floats reach "
          "{}, so these weights have to stay f32",
          at / columns, at % columns, weight, kLargestHalf);
    }
    ++rounding.weights;
    if (weight != 0 && rounded == 0) {
      ++rounding.to_zero;
    } else if (rounded != 0 && std::abs(rounded) < kSmallestNormalHalf) {
      ++rounding.to_subnormal;
    }
    weight = rounded;
  }
  return "";
}

}  // namespace

Result<RoundedGraph> round_weights(const Graph& graph) {
  WeightRounding rounding;
  SLIMC_ASSIGN(Graph rounded,
               rewrite(graph, [&](Rewriter& rewriter, const Op& op) -> std::optional<Value> {
                 const std::size_t weights = pointwise_weights(rewriter, op);
                 if (weights == 0) return std::nullopt;
                 const Op constant = rewriter.producer(op.inputs[weights]);
                 Tensor tensor = *constant.constant;
                 if (std::string problem = round(tensor, rounding); !problem.empty()) {
                   rewriter.problem(constant, std::move(problem));
                   return std::nullopt;
                 }
                 Op convolution = rewriter.updated(op);
                 convolution.inputs[weights] =
                     rewriter.after().add_constant(constant.name, std::move(tensor));
                 return rewriter.after().add(std::move(convolution));
               }));
  return RoundedGraph{std::move(rounded), rounding};
}

}  // namespace slimc
