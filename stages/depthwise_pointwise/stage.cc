// A depthwise convolution and the 1x1 convolution that alone reads it, as one stage: a task is some
// rows, whose depthwise goes into the thread's scratch.
#include <fmt/format.h>

#include "stages/kernel_parts.h"

namespace slimc {
namespace {

std::optional<NetworkStage> fuse(const Graph&, const NetworkStage& first,
                                 const NetworkStage& second) {
  if (first.kind != StageKind::Depthwise || second.kind != StageKind::Pointwise ||
      second.joins_pixels) {
    return std::nullopt;
  }
  NetworkStage both = second;
  both.kind = StageKind::DepthwisePointwise;
  both.name = first.block_name;
  both.ops = {first.ops.front(), second.ops.back()};
  both.inputs = first.inputs;
  both.shape = first.shape;
  both.shape.kind = both.kind;
  both.shape.out_c = second.shape.out_c;
  return both;
}

std::int64_t padded_channels(const StageShape& s, std::int64_t, const Tiling& t) {
  return round_up(s.out_c, panel_of(t));
}

KernelParameters parameters(const StageContext& context, const ConvolutionOp& depthwise,
                            const ConvolutionOp& pointwise, std::int64_t channels) {
  const StageShape& s = context.shape();
  const Tiling& t = context.tiling;
  const std::int64_t middle = reduction_of(s, context.input().padded_channels);
  KernelParameters p = depthwise_parameters(context, channels, depthwise.attributes.padding.left);
  append(p, {{"reduction", parameter_text(middle)},
             {"out_channels", parameter_text(context.output.padded_channels)}});
  append(p, activation_parameters("depthwise_activation", depthwise.attributes.activation));
  append(p, activation_parameters("activation", pointwise.attributes.activation));
  append(p, {{"depthwise_lanes", parameter_text(std::int64_t{t.depthwise_lanes})},
             {"prefetch_rows", parameter_text(std::int64_t{t.prefetch_rows})}});
  append(p, gemm_parameters(t, middle, context.precision));
  return p;
}

StageKernel kernel(const StageContext& context) {
  const StageShape& s = context.shape();
  const Tiling& t = context.tiling;
  const ConvolutionOp depthwise = convolution_of(context.graph, context.stage.ops.front());
  const ConvolutionOp pointwise = convolution_of(context.graph, context.stage.ops.back());
  const std::int64_t middle = reduction_of(s, context.input().padded_channels);
  const std::int64_t channels = s.depth_multiplier == 1 ? context.input().padded_channels
                                                        : round_up(middle, t.depthwise_lanes);
  const std::int64_t panel = panel_of(t), padded = context.output.padded_channels;
  const std::int64_t taps = s.kernel_h * s.kernel_w, pixels = t.rows * s.out_w;
  const std::int64_t stride = context.output.channel_stride;
  StageKernel k;
  k.activation = pointwise.attributes.activation;
  k.description = fmt::format("depthwise {} + pointwise {} -> {}, {}x{}", convolution_words(s),
                              middle, s.out_c, s.out_h, s.out_w);
  k.tasks = s.out_h / t.rows;
  k.multiply_adds = s.out_h * s.out_w * middle * (taps + s.out_c);
  k.parameters = depthwise.elements + middle + pointwise.elements + s.out_c;
  k.parameter_bytes =
      k.parameters * kFloat - pointwise.elements * (kFloat - bytes_of(context.precision.weights));
  KernelVariant variant;
  variant.arguments = {
      depthwise_input(context, k, depthwise.attributes.padding, channels),
      weights_argument("depthwise_weights", depthwise.weights,
                       {.rows = taps,
                        .channels = middle,
                        .panel_channels = t.depthwise_lanes,
                        .padded_channels = channels},
                       panel_dims(t.depthwise_lanes, taps, channels / t.depthwise_lanes), 0),
      bias_argument("depthwise_bias", depthwise.bias, middle, channels, channels, 0),
      weights_argument(
          "weights", pointwise.weights,
          {.rows = middle, .channels = s.out_c, .panel_channels = panel, .padded_channels = padded},
          panel_dims(panel, middle, padded / panel), 0, context.precision.weights),
      bias_argument("bias", pointwise.bias, s.out_c, padded, padded, 0),
      scratch_argument(k, matrix_dims(channels, pixels, channels), channels * pixels,
                       context.precision.arithmetic),
      output_argument(matrix_dims(padded, pixels, stride), pixels * stride)};
  variant.parameters = parameters(context, depthwise, pointwise, channels);
  k.variants = {std::move(variant)};
  return k;
}

}  // namespace

const StageKindRow depthwise_pointwise_stage = {.kind = StageKind::DepthwisePointwise,
                                                .form = nullptr,
                                                .fuse = fuse,
                                                .padded_channels = padded_channels,
                                                .walks_pixels = true,
                                                .kernel = kernel};

}  // namespace slimc
