// A 1x1 convolution alone, and a dense layer over all pixels, which is one over the image as a
// single pixel: its padding channels take part with weights of zero.
#include <fmt/format.h>

#include "stages/kernel_parts.h"

namespace slimc {
namespace {

bool is_dense(const StageShape& s) { return s.kernel_h * s.kernel_w > 1; }

std::string name_in(const Forming& network, Value input) {
  const NetworkStage& source = network.stage(network.stage_of(input));
  if (source.kind == StageKind::Depthwise && source.value == input) {
    return source.block_name + "_pointwise";
  }
  const bool classifies = network.has(StageKind::Pool) || network.is_flattened(input);
  if (classifies && !network.has("logits")) return "logits";
  int others = 0;
  for (const NetworkStage& stage : network.stages()) {
    others += stage.name.starts_with("pointwise_") ? 1 : 0;
  }
  return fmt::format("pointwise_{}", others + 1);
}

// What is wrong with a convolution behind the first, or nothing.
std::string problem_of(const Forming& network, const ConvolutionOp& conv) {
  const ConvolutionAttributes& a = conv.attributes;
  const Shape& kernel = network.graph().constant(conv.weights).shape;
  if (a.dilation_h != 1 || a.dilation_w != 1) {
    return fmt::format("a full convolution with dilation {}x{} is not supported", a.dilation_h,
                       a.dilation_w);
  }
  if (kernel[0] != 1 || kernel[1] != 1 || a.stride_h != 1 || a.stride_w != 1 ||
      a.padding != Padding{}) {
    return fmt::format(
        "a full convolution behind the first must be 1x1 with stride 1 and no padding, found "
        "{}x{} with stride {}x{}",
        kernel[0], kernel[1], a.stride_h, a.stride_w);
  }
  const Value input = conv.op.inputs[0];
  if (!network.is_flattened(input)) return "";
  const Shape& row = network.op(input).shape;
  const StageShape& image = network.stage(network.stage_of(input)).shape;
  if (row[3] == image.out_h * image.out_w * image.out_c) return "";
  return not_supported_reshape(network, input);
}

std::optional<FormedStage> form(const Forming& network, Value value) {
  const Op& op = network.op(value);
  if (op.kind != OpKind::Conv2D || network.is_image(op.inputs[0])) return std::nullopt;
  const ConvolutionOp conv = convolution_of(network.graph(), value);
  if (std::string problem = problem_of(network, conv); !problem.empty()) {
    return FormedStage{{}, std::move(problem)};
  }
  const Value input = op.inputs[0];
  NetworkStage stage = {.kind = StageKind::Pointwise, .name = name_in(network, input)};
  stage.ops = {value};
  stage.inputs = {network.stage_of(input)};
  stage.value = value;
  stage.joins_pixels = network.is_flattened(input);
  StageShape& s = stage.shape =
      shape_behind(stage.kind, network.stage(stage.inputs.front()), op.shape[3]);
  if (stage.joins_pixels) {
    s.kernel_h = s.in_h, s.kernel_w = s.in_w;
    s.out_h = s.out_w = 1;
  }
  return FormedStage{std::move(stage), ""};
}

std::int64_t padded_channels(const StageShape& s, std::int64_t, const Tiling& t) {
  return round_up(s.out_c, panel_of(t));
}

StageKernel kernel(const StageContext& context) {
  const StageShape& s = context.shape();
  const Tiling& t = context.tiling;
  const ConvolutionOp conv = convolution_of(context.graph, context.stage.ops.back());
  const ImageLayout& in = context.input();
  const std::int64_t reduction = reduction_of(s, in.padded_channels);
  const std::int64_t in_stride = is_dense(s) ? reduction : in.channel_stride;
  const std::int64_t panel = panel_of(t), padded = context.output.padded_channels;
  const std::int64_t channels = t.split_channels ? t.task_channels : padded;
  const std::int64_t pixels = t.rows * s.out_w, stride = context.output.channel_stride;
  const std::int64_t step = t.split_channels ? t.task_channels : 0;
  WeightsLayout layout = {.rows = s.kernel_h * s.kernel_w * s.in_c,
                          .channels = s.out_c,
                          .panel_channels = panel,
                          .padded_channels = padded};
  if (is_dense(s)) layout.pixel_rows = s.in_c, layout.padded_pixel_rows = in.padded_channels;
  StageKernel k;
  k.activation = conv.attributes.activation;
  k.description = fmt::format("pointwise {} -> {}, {}x{}", layout.rows, s.out_c, s.out_h, s.out_w);
  k.tasks = t.split_channels ? padded / t.task_channels : s.out_h / t.rows;
  k.multiply_adds = s.out_h * s.out_w * s.out_c * layout.rows;
  k.parameters = conv.elements + s.out_c;
  k.parameter_bytes =
      k.parameters * kFloat - conv.elements * (kFloat - bytes_of(context.precision.weights));
  KernelVariant variant;
  variant.arguments = {input_argument(matrix_dims(reduction, pixels, in_stride),
                                      t.split_channels ? 0 : pixels * in_stride),
                       weights_argument("weights", conv.weights, layout,
                                        panel_dims(panel, reduction, channels / panel),
                                        step * reduction, context.precision.weights),
                       bias_argument("bias", conv.bias, s.out_c, padded, channels, step),
                       output_argument(matrix_dims(channels, pixels, stride),
                                       t.split_channels ? step : pixels * stride)};
  variant.parameters = {{"pixels", parameter_text(pixels)},
                        {"in_channels", parameter_text(reduction)},
                        {"out_channels", parameter_text(channels)}};
  append(variant.parameters, activation_parameters("activation", conv.attributes.activation));
  append(variant.parameters, gemm_parameters(t, reduction, context.precision));
  k.variants = {std::move(variant)};
  return k;
}

}  // namespace

const StageKindRow pointwise_stage = {.kind = StageKind::Pointwise,
                                      .form = form,
                                      .fuse = nullptr,
                                      .padded_channels = padded_channels,
                                      .walks_pixels = false,
                                      .kernel = kernel};

}  // namespace slimc
