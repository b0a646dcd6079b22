// A depthwise convolution alone: a task is some rows, or some channels of late layers.
#include <fmt/format.h>

#include "stages/kernel_parts.h"

namespace slimc {
namespace {

std::optional<FormedStage> form(const Forming& network, Value value) {
  const Op& op = network.op(value);
  if (op.kind != OpKind::DepthwiseConv2D) return std::nullopt;
  if (std::string problem = problem_of_pixels(network, op.inputs[0]); !problem.empty()) {
    return FormedStage{{}, std::move(problem)};
  }
  const ConvolutionOp conv = convolution_of(network.graph(), value);
  const Shape& kernel = network.graph().constant(conv.weights).shape;
  const int block = network.count(StageKind::Depthwise) + 1;
  NetworkStage stage = {.kind = StageKind::Depthwise,
                        .name = fmt::format("block_{}_depthwise", block),
                        .block_name = fmt::format("block_{}", block)};
  stage.ops = {value};
  stage.inputs = {network.stage_of(op.inputs[0])};
  stage.value = value;
  StageShape& s = stage.shape = shape_between(stage.kind, network.op(op.inputs[0]).shape, op.shape);
  s.kernel_h = kernel[0], s.kernel_w = kernel[1];
  s.stride_h = conv.attributes.stride_h, s.stride_w = conv.attributes.stride_w;
  s.dilation_h = conv.attributes.dilation_h, s.dilation_w = conv.attributes.dilation_w;
  s.depth_multiplier = kernel[3];
  return FormedStage{std::move(stage), ""};
}

std::int64_t padded_channels(const StageShape& s, std::int64_t in_padded_c, const Tiling& t) {
  return s.depth_multiplier == 1 ? in_padded_c : round_up(s.out_c, t.lanes);
}

StageKernel kernel(const StageContext& context) {
  const StageShape& s = context.shape();
  const Tiling& t = context.tiling;
  const ConvolutionOp conv = convolution_of(context.graph, context.stage.ops.front());
  const std::int64_t padded = context.output.padded_channels;
  const std::int64_t channels = t.split_channels ? t.task_channels : padded;
  const std::int64_t taps = s.kernel_h * s.kernel_w, stride = context.output.channel_stride;
  StageKernel k;
  k.activation = conv.attributes.activation;
  k.description = fmt::format("depthwise {}, {} channels, {}x{}", convolution_words(s), s.out_c,
                              s.out_h, s.out_w);
  k.tasks = t.split_channels ? padded / t.task_channels : s.out_h / t.rows;
  k.multiply_adds = s.out_h * s.out_w * s.out_c * taps;
  k.parameters = conv.elements + s.out_c;
  k.parameter_bytes = k.parameters * kFloat;
  const std::int64_t step = t.split_channels ? t.task_channels : 0;
  KernelVariant variant;
  // ci and m are adjacent, so [kh,kw,ci,m] is a matrix of taps x channels.
  variant.arguments = {
      depthwise_input(context, k, conv.attributes.padding, channels),
      weights_argument(
          "weights", conv.weights,
          {.rows = taps, .channels = s.out_c, .panel_channels = t.lanes, .padded_channels = padded},
          panel_dims(t.lanes, taps, channels / t.lanes), step * taps),
      bias_argument("bias", conv.bias, s.out_c, padded, channels, step),
      output_argument(matrix_dims(channels, t.rows * s.out_w, stride),
                      t.split_channels ? step : t.rows * s.out_w * stride)};
  variant.parameters = depthwise_parameters(context, channels, conv.attributes.padding.left);
  append(variant.parameters, activation_parameters("activation", conv.attributes.activation));
  append(variant.parameters, {{"lanes", parameter_text(std::int64_t{t.lanes})}});
  k.variants = {std::move(variant)};
  return k;
}

}  // namespace

const StageKindRow depthwise_stage = {.kind = StageKind::Depthwise,
                                      .form = form,
                                      .fuse = nullptr,
                                      .padded_channels = padded_channels,
                                      .walks_pixels = true,
                                      .kernel = kernel};

}  // namespace slimc
