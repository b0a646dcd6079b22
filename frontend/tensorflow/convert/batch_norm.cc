#include <fmt/format.h>
#include <fmt/ranges.h>

#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/inference/moving_statistics.h"

namespace slimc::frontend {
namespace {

// TensorFlow's default, for nodes without the attribute.
constexpr float kDefaultEpsilon = 0.0001f;

// The square root needs it.
Result<void> check_variance(const NodeContext& context, const Op& variance, float epsilon) {
  if (variance.kind != OpKind::Constant) return {};
  const std::vector<float>& data = variance.constant->data;
  for (std::size_t c = 0; c < data.size(); ++c) {
    if (data[c] + epsilon > 0) continue;
    return context.fail(
        fmt::format("the moving variance '{}' is {} in channel {}, with epsilon {} "
                    "not above zero",
                    variance.name, data[c], c, epsilon));
  }
  return {};
}

}  // namespace

Result<Imported> convert_fused_batch_norm(NodeContext& context) {
  SLIMC_TRY(context.expect_nhwc());
  SLIMC_TRY(context.expect_float("U"));
  if (context.flag("is_training", true)) {
    return context.fail(fmt::format(
        "is_training is true, and its moving averages were not found: no op updates a variable "
        "from its outputs 1 and 2, and there is no variable '{}'; export the graph for evaluation "
        "(is_training=False)",
        fmt::join(moving_statistics_looked_for(context.state().nodes, context.node()), "' or '")));
  }
  SLIMC_ASSIGN(const Value x, context.tensor(0));
  SLIMC_ASSIGN(const Value gamma, context.tensor(1));
  SLIMC_ASSIGN(const Value beta, context.tensor(2));
  SLIMC_ASSIGN(const Value mean, context.tensor(3));
  SLIMC_ASSIGN(const Value variance, context.tensor(4));
  BatchNormAttributes attributes;
  attributes.epsilon = context.number("epsilon", kDefaultEpsilon);
  SLIMC_TRY(check_variance(context, context.state().graph.op(variance), attributes.epsilon));
  return context.emit(OpKind::BatchNorm, {x, gamma, beta, mean, variance}, attributes);
}

}  // namespace slimc::frontend
