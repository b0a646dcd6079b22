// exp(x) over its sum, of each pixel's classes. One task; no channels pad the result.
#include <fmt/format.h>

#include "stages/kernel_parts.h"

namespace slimc {
namespace {

std::optional<FormedStage> form(const Forming& network, Value value) {
  const Op& op = network.op(value);
  if (op.kind != OpKind::Softmax) return std::nullopt;
  return FormedStage{stage_of_pixels(network, StageKind::Softmax, "softmax", value), ""};
}

std::int64_t padded_channels(const StageShape& s, std::int64_t, const Tiling&) { return s.out_c; }

StageKernel kernel(const StageContext& context) {
  const StageShape& s = context.shape();
  const std::int64_t pixels = context.input().pixels(), in_stride = context.input().channel_stride;
  StageKernel k;
  k.description = fmt::format("softmax over {} classes", s.in_c);
  KernelVariant variant;
  variant.arguments = {
      input_argument(matrix_dims(s.in_c, pixels, in_stride), 0),
      scratch_argument(k, matrix_dims(s.in_c, pixels, s.in_c), s.in_c * pixels),
      output_argument(matrix_dims(s.in_c, pixels, context.output.channel_stride), 0)};
  variant.parameters = {{"pixels", parameter_text(pixels)},
                        {"classes", parameter_text(s.in_c)},
                        {"lanes", parameter_text(std::int64_t{context.tiling.lanes})}};
  k.variants = {std::move(variant)};
  return k;
}

}  // namespace

const StageKindRow softmax_stage = {.kind = StageKind::Softmax,
                                    .form = form,
                                    .fuse = nullptr,
                                    .padded_channels = padded_channels,
                                    .walks_pixels = false,
                                    .kernel = kernel};

}  // namespace slimc
