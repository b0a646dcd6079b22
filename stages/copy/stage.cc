// A result without the channels that pad it, or an activation that stands behind no stage that
// could apply it. One task.
#include <fmt/format.h>

#include "stages/kernel_parts.h"

namespace slimc {
namespace {

std::optional<FormedStage> form(const Forming& network, Value value) {
  const Op& op = network.op(value);
  if (!activation_of(op)) return std::nullopt;
  return FormedStage{stage_of_pixels(network, StageKind::Copy, "activation", value), ""};
}

std::int64_t padded_channels(const StageShape& s, std::int64_t, const Tiling&) { return s.out_c; }

StageKernel kernel(const StageContext& context) {
  const StageShape& s = context.shape();
  const std::int64_t pixels = context.input().pixels(), in_stride = context.input().channel_stride;
  StageKernel k;
  if (!context.stage.ops.empty()) {
    k.activation = *activation_of(context.graph.op(context.stage.ops.back()));
  }
  k.description = k.activation.kind == Activation::None
                      ? "drop padding channels"
                      : fmt::format("{} of {} channels", name_of(k.activation.kind), s.out_c);
  KernelVariant variant;
  variant.arguments = {
      input_argument(matrix_dims(s.in_c, pixels, in_stride), 0),
      output_argument(matrix_dims(s.in_c, pixels, context.output.channel_stride), 0)};
  variant.parameters = {{"pixels", parameter_text(pixels)},
                        {"channels", parameter_text(s.in_c)},
                        {"lanes", parameter_text(std::int64_t{context.tiling.lanes})}};
  if (k.activation.kind != Activation::None) {
    append(variant.parameters, activation_parameters("activation", k.activation));
  }
  k.variants = {std::move(variant)};
  return k;
}

}  // namespace

const StageKindRow copy_stage = {.kind = StageKind::Copy,
                                 .form = form,
                                 .fuse = nullptr,
                                 .padded_channels = padded_channels,
                                 .walks_pixels = false,
                                 .kernel = kernel};

}  // namespace slimc
