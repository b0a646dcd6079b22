#include "frontend/tflite/convert/converters.h"
#include "frontend/tflite/convert/window.h"

namespace slimc::frontend::tflite {
namespace {

// [co,kh,kw,ci] -> [kh,kw,ci,co]: a matrix of `co` rows, transposed.
Tensor with_outputs_last(const Tensor& weights) {
  const std::int64_t outputs = weights.shape[0];
  const std::int64_t rest = weights.shape.elements() / outputs;
  Tensor result{Shape{weights.shape[1], weights.shape[2], weights.shape[3], outputs},
                std::vector<float>(weights.data.size())};
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t r = 0; r < rest; ++r) {
      result.data[static_cast<std::size_t>(r * outputs + o)] =
          weights.data[static_cast<std::size_t>(o * rest + r)];
    }
  }
  return result;
}

// [co,kh,kw,ci/groups] -> [kh,kw,ci,co] for all `channels` of the input: zeros where an output does
// not see a channel.
Tensor without_groups(const Tensor& weights, std::int64_t channels) {
  const Shape& from = weights.shape;
  const std::int64_t outputs = from[0], pixels = from[1] * from[2], seen = from[3];
  const std::int64_t outputs_of_a_group = outputs / (channels / seen);
  Tensor result{Shape{from[1], from[2], channels, outputs}, {}};
  result.data.resize(static_cast<std::size_t>(result.shape.elements()));
  for (std::int64_t o = 0; o < outputs; ++o) {
    const std::int64_t first = o / outputs_of_a_group * seen;
    for (std::int64_t p = 0; p < pixels; ++p) {
      for (std::int64_t c = 0; c < seen; ++c) {
        result.data[static_cast<std::size_t>((p * channels + first + c) * outputs + o)] =
            weights.data[static_cast<std::size_t>((o * pixels + p) * seen + c)];
      }
    }
  }
  return result;
}

// Options is Conv2DOptions or DepthwiseConv2DOptions; `weights` are laid out for the IR.
template <typename Options>
Result<Value> convolve(OpContext& context, OpKind kind, Value image, Tensor weights,
                       const Options& options) {
  SLIMC_ASSIGN(const Extent stride,
               extent(context, "stride", options.stride_h(), options.stride_w()));
  SLIMC_ASSIGN(const Extent dilation, extent(context, "dilation", options.dilation_h_factor(),
                                             options.dilation_w_factor()));
  SLIMC_ASSIGN(const Extent kernel, extent(context, "kernel", weights.shape[0], weights.shape[1]));
  ConvolutionAttributes attributes;
  attributes.stride_h = stride.h;
  attributes.stride_w = stride.w;
  attributes.dilation_h = dilation.h;
  attributes.dilation_w = dilation.w;
  SLIMC_ASSIGN(attributes.padding, window_padding(context, options.padding(), context.shape(image),
                                                  kernel, stride, dilation));
  std::vector<Value> inputs = {image, context.constant(1, std::move(weights))};
  if (context.has_input(2)) {
    SLIMC_ASSIGN(const Value bias, context.tensor(2));
    inputs.push_back(bias);
  }
  SLIMC_ASSIGN(const Value result, context.emit(kind, std::move(inputs), attributes));
  return context.activate(result, options.fused_activation_function());
}

Result<Tensor> weights_of_rank_4(OpContext& context) {
  SLIMC_ASSIGN(Tensor weights, context.weights(1));
  if (weights.shape.rank() == 4) return weights;
  return context.fail(fmt::format("its weights '{}' have the shape {}, expected 4 dimensions",
                                  context.input_name(1), weights.shape.to_string()));
}

}  // namespace

Result<Imported> convert_conv_2d(OpContext& context) {
  SLIMC_ASSIGN(const auto* options, context.options<schema::Conv2DOptions>());
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_TRY(context.expect_rank(image, 4));
  SLIMC_ASSIGN(const Tensor weights, weights_of_rank_4(context));
  const std::int64_t channels = context.shape(image)[3];
  const std::int64_t outputs = weights.shape[0], seen = weights.shape[3];
  const std::int64_t groups = channels % seen == 0 ? channels / seen : 1;
  if (groups == 1) {
    return convolve(context, OpKind::Conv2D, image, with_outputs_last(weights), *options);
  }
  if (outputs % groups != 0) {
    return context.fail(
        fmt::format("has {} outputs in {} groups: its weights '{}' are {} for an "
                    "input of {} channels",
                    outputs, groups, context.input_name(1), weights.shape.to_string(), channels));
  }
  if (seen == 1) {
    // Outputs ci*m + j see channel ci alone.
    Tensor depthwise = with_outputs_last(weights);
    depthwise.shape = Shape{weights.shape[1], weights.shape[2], channels, outputs / channels};
    return convolve(context, OpKind::DepthwiseConv2D, image, std::move(depthwise), *options);
  }
  SLIMC_TRY(context.account_for(1, weights.shape.elements() * groups));
  return convolve(context, OpKind::Conv2D, image, without_groups(weights, channels), *options);
}

Result<Imported> convert_depthwise_conv_2d(OpContext& context) {
  SLIMC_ASSIGN(const auto* options, context.options<schema::DepthwiseConv2DOptions>());
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_TRY(context.expect_rank(image, 4));
  SLIMC_ASSIGN(Tensor weights, weights_of_rank_4(context));
  const std::int64_t channels = context.shape(image)[3];
  const Shape& stored = weights.shape;
  if (stored[0] != 1 || stored[3] % channels != 0) {
    return context.fail(
        fmt::format("its weights '{}' have the shape {}, expected [1,kh,kw,m*{}] for "
                    "an input of {} channels",
                    context.input_name(1), stored.to_string(), channels, channels));
  }
  const std::int64_t multiplier = stored[3] / channels;
  // TFLite goes by the shape; some writers leave 0.
  if (options->depth_multiplier() != 0 && options->depth_multiplier() != multiplier) {
    return context.fail(fmt::format("its depth_multiplier is {}; its weights {} say {}",
                                    options->depth_multiplier(), stored.to_string(), multiplier));
  }
  // Channel ci*m + j in both layouts.
  weights.shape = Shape{stored[1], stored[2], channels, multiplier};
  return convolve(context, OpKind::DepthwiseConv2D, image, std::move(weights), *options);
}

}  // namespace slimc::frontend::tflite
