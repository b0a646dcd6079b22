// The sum of two activations of one shape, with the activation that alone reads it. A task is some
// rows.
#include <fmt/format.h>

#include <algorithm>

#include "stages/kernel_parts.h"

namespace slimc {
namespace {

std::optional<FormedStage> form(const Forming& network, Value value) {
  const Op& op = network.op(value);
  if (op.kind != OpKind::Add) return std::nullopt;
  const Op &a = network.op(op.inputs[0]), &b = network.op(op.inputs[1]);
  if (b.kind == OpKind::Constant) {
    return FormedStage{{}, "adds a constant, and no convolution stands here that could take it"};
  }
  if (a.shape != b.shape) {
    return FormedStage{{},
                       fmt::format("adds {} and {}; slimc adds activations of one shape",
                                   a.shape.to_string(), b.shape.to_string())};
  }
  NetworkStage stage = {.kind = StageKind::Add,
                        .name = fmt::format("add_{}", network.count(StageKind::Add) + 1)};
  stage.ops = {value};
  stage.inputs = {network.stage_of(op.inputs[0]), network.stage_of(op.inputs[1])};
  stage.shape = shape_behind(stage.kind, network.stage(stage.inputs.front()),
                             network.stage(stage.inputs.front()).shape.out_c);
  if (const auto activation = network.lone_activation(value)) stage.ops.push_back(*activation);
  stage.value = stage.ops.back();
  return FormedStage{std::move(stage), ""};
}

// What both inputs have.
std::int64_t padded_channels(const StageShape&, std::int64_t in_padded_c, const Tiling&) {
  return in_padded_c;
}

StageKernel kernel(const StageContext& context) {
  const StageShape& s = context.shape();
  const Tiling& t = context.tiling;
  const std::int64_t pixels = t.rows * s.out_w, channels = context.output.padded_channels;
  StageKernel k;
  if (context.stage.ops.size() > 1) {
    k.activation = *activation_of(context.graph.op(context.stage.ops.back()));
  }
  k.description =
      fmt::format("sum of two activations, {} channels, {}x{}", s.out_c, s.out_h, s.out_w);
  k.tasks = s.out_h / t.rows;
  KernelVariant variant;
  for (int i = 0; i < 2; ++i) {
    const std::int64_t stride = context.inputs[static_cast<std::size_t>(i)].channel_stride;
    KernelArgument in = input_argument(matrix_dims(channels, pixels, stride), pixels * stride);
    in.name = i == 0 ? "a" : "b";
    in.input = i;
    variant.arguments.push_back(std::move(in));
  }
  const std::int64_t stride = context.output.channel_stride;
  variant.arguments.push_back(
      output_argument(matrix_dims(channels, pixels, stride), pixels * stride));
  variant.parameters = {{"pixels", parameter_text(pixels)}, {"channels", parameter_text(channels)}};
  append(variant.parameters, activation_parameters("activation", k.activation));
  append(variant.parameters, {{"lanes", parameter_text(std::int64_t{t.lanes})}});
  k.variants = {std::move(variant)};
  return k;
}

}  // namespace

const StageKindRow add_stage = {.kind = StageKind::Add,
                                .form = form,
                                .fuse = nullptr,
                                .padded_channels = padded_channels,
                                .walks_pixels = false,
                                .kernel = kernel};

}  // namespace slimc
