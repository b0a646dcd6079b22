// A window's average or maximum, with the activation that alone reads it. A task is some channels.
#include <fmt/format.h>

#include "stages/kernel_parts.h"

namespace slimc {
namespace {

bool is_average(const Op& op) { return op.kind == OpKind::AvgPool || op.kind == OpKind::Mean; }

std::optional<FormedStage> form(const Forming& network, Value value) {
  const Op& op = network.op(value);
  const bool window = op.kind == OpKind::AvgPool || op.kind == OpKind::MaxPool;
  if (!window && op.kind != OpKind::Mean && op.kind != OpKind::Max) return std::nullopt;
  if (std::string problem = problem_of_pixels(network, op.inputs[0]); !problem.empty()) {
    return FormedStage{{}, std::move(problem)};
  }
  NetworkStage stage = {.kind = StageKind::Pool, .name = "pool"};
  stage.ops = {value};
  stage.inputs = {network.stage_of(op.inputs[0])};
  StageShape& s = stage.shape = shape_between(stage.kind, network.op(op.inputs[0]).shape, op.shape);
  if (window) {
    const auto& a = op.attributes_as<PoolAttributes>();
    if (a.padding != Padding{}) return FormedStage{{}, "padded pooling is not supported"};
    s.kernel_h = a.kernel_h, s.kernel_w = a.kernel_w;
    s.stride_h = a.stride_h, s.stride_w = a.stride_w;
  } else {
    s.kernel_h = s.in_h, s.kernel_w = s.in_w;
  }
  if (const auto activation = network.lone_activation(value)) stage.ops.push_back(*activation);
  stage.value = stage.ops.back();
  return FormedStage{std::move(stage), ""};
}

std::int64_t padded_channels(const StageShape&, std::int64_t in_padded_c, const Tiling&) {
  return in_padded_c;
}

StageKernel kernel(const StageContext& context) {
  const StageShape& s = context.shape();
  const Tiling& t = context.tiling;
  const bool average = is_average(context.graph.op(context.stage.ops.front()));
  const std::int64_t in_stride = context.input().channel_stride;
  const std::int64_t stride = context.output.channel_stride;
  StageKernel k;
  if (context.stage.ops.size() > 1) {
    k.activation = *activation_of(context.graph.op(context.stage.ops.back()));
  }
  k.description = fmt::format("{} pool {}x{}, {} channels", average ? "average" : "maximum",
                              s.kernel_h, s.kernel_w, s.out_c);
  k.tasks = context.input().padded_channels / t.task_channels;
  KernelVariant variant;
  variant.arguments = {
      input_argument(image_dims(t.task_channels, s.in_w, s.in_h, in_stride), t.task_channels),
      output_argument(image_dims(t.task_channels, s.out_w, s.out_h, stride), t.task_channels)};
  variant.parameters = {{"pool_kind", average ? "average" : "maximum"},
                        {"out_h", parameter_text(s.out_h)},
                        {"out_w", parameter_text(s.out_w)},
                        {"kernel_h", parameter_text(s.kernel_h)},
                        {"kernel_w", parameter_text(s.kernel_w)},
                        {"stride_h", parameter_text(s.stride_h)},
                        {"stride_w", parameter_text(s.stride_w)},
                        {"channels", parameter_text(t.task_channels)},
                        {"lanes", parameter_text(std::int64_t{t.lanes})},
                        {"panel_vectors", parameter_text(std::int64_t{t.panel_vectors})}};
  if (k.activation.kind != Activation::None) {
    append(variant.parameters, activation_parameters("activation", k.activation));
  }
  k.variants = {std::move(variant)};
  return k;
}

}  // namespace

const StageKindRow pool_stage = {.kind = StageKind::Pool,
                                 .form = form,
                                 .fuse = nullptr,
                                 .padded_channels = padded_channels,
                                 .walks_pixels = false,
                                 .kernel = kernel};

}  // namespace slimc
