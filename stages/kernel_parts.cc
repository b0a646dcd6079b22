#include "stages/kernel_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "support/check.h"

namespace slimc {

std::string parameter_text(std::int64_t n) { return std::to_string(n); }
std::string parameter_text(bool b) { return b ? "true" : "false"; }
std::string parameter_text(float x) { return fmt::format("{:.9g}", x); }

std::string parameter_text(const std::vector<double>& numbers) {
  std::vector<float> rounded(numbers.begin(), numbers.end());
  if (std::all_of(rounded.begin(), rounded.end(), [&](float x) { return x == rounded[0]; })) {
    rounded.resize(1);
  }
  return fmt::format("{:.9g}", fmt::join(rounded, ","));
}

void append(KernelParameters& to, const KernelParameters& more) {
  to.insert(to.end(), more.begin(), more.end());
}

KernelParameters activation_parameters(const std::string& name, const ActivationFunction& a) {
  KernelParameters p = {{name, std::string(name_of(a.kind))}};
  if (a.alpha != 0) p.emplace_back(name + "_alpha", parameter_text(a.alpha));
  if (a.beta != 0) p.emplace_back(name + "_beta", parameter_text(a.beta));
  return p;
}

KernelParameters depthwise_parameters(const StageContext& context, std::int64_t channels,
                                      std::int64_t pad_left) {
  const StageShape& s = context.shape();
  const Tiling& t = context.tiling;
  return {{"rows", parameter_text(t.rows)},
          {"in_w", parameter_text(s.in_w)},
          {"out_w", parameter_text(s.out_w)},
          {"channels", parameter_text(channels)},
          {"kernel_h", parameter_text(s.kernel_h)},
          {"kernel_w", parameter_text(s.kernel_w)},
          {"stride_h", parameter_text(s.stride_h)},
          {"stride_w", parameter_text(s.stride_w)},
          {"dilation_h", parameter_text(s.dilation_h)},
          {"dilation_w", parameter_text(s.dilation_w)},
          {"pad_left", parameter_text(pad_left)},
          {"depth_multiplier", parameter_text(s.depth_multiplier)},
          {"true_channels", parameter_text(s.depth_multiplier == 1 ? channels : s.in_c)},
          {"depthwise_pixels", parameter_text(std::int64_t{t.depthwise_pixels})},
          {"depthwise_rows", parameter_text(std::int64_t{t.depthwise_rows})},
          {"depthwise_channels_inside", parameter_text(t.depthwise_channels_inside)}};
}

namespace {

// With --arithmetic f16 and sums in floats, halves are added up over this many channels at most:
// widening and adding a sum then costs an instruction in sixteen, and its error stays that of 64
// products, not of up to 1024.
constexpr std::int64_t kHalfSum = 64;

KernelArgument argument(const std::string& name, KernelArgument::Role role,
                        std::vector<ArgumentDim> dims, std::int64_t task_step) {
  KernelArgument a;
  a.name = name;
  a.role = role;
  a.task_step = task_step;
  a.dims = std::move(dims);
  return a;
}

}  // namespace

KernelParameters gemm_parameters(const Tiling& t, std::int64_t reduction,
                                 const Precision& precision) {
  const bool half_weights = precision.weights == ElementType::Float16;
  KernelParameters p = {{"lanes", parameter_text(std::int64_t{t.lanes})},
                        {"panel_vectors", parameter_text(std::int64_t{t.panel_vectors})},
                        {"tile_pixels", parameter_text(std::int64_t{t.tile_pixels})},
                        {"unroll_k", parameter_text(std::int64_t{t.unroll_k})},
                        {"pixel_channels", parameter_text(std::int64_t{t.pixel_channels})},
                        {"panels_outside", parameter_text(t.panels_outside)},
                        {"weights_type", half_weights ? "float16" : "float32"},
                        {"prefetch", parameter_text(std::int64_t{t.prefetch})}};
  if (precision.arithmetic == ElementType::Float16) {
    const bool half_sums = precision.accumulate == ElementType::Float16;
    p.emplace_back("arithmetic", "float16");
    p.emplace_back("sum_channels",
                   parameter_text(half_sums ? reduction : std::min(kHalfSum, reduction)));
  }
  return p;
}

std::vector<ArgumentDim> matrix_dims(std::int64_t channels, std::int64_t pixels,
                                     std::int64_t stride) {
  return {{channels, 1}, {pixels, stride}};
}

std::vector<ArgumentDim> image_dims(std::int64_t c, std::int64_t w, std::int64_t h,
                                    std::int64_t stride) {
  return {{c, 1}, {w, stride}, {h, w * stride}};
}

std::vector<ArgumentDim> panel_dims(std::int64_t panel, std::int64_t rows, std::int64_t panels) {
  return {{panel, 1}, {rows, panel}, {panels, rows * panel}};
}

KernelArgument input_argument(std::vector<ArgumentDim> dims, std::int64_t task_step) {
  return argument("in", KernelArgument::Role::Input, std::move(dims), task_step);
}

KernelArgument output_argument(std::vector<ArgumentDim> dims, std::int64_t task_step) {
  return argument("out", KernelArgument::Role::Output, std::move(dims), task_step);
}

KernelArgument weights_argument(const std::string& name, Value constant,
                                const WeightsLayout& layout, std::vector<ArgumentDim> dims,
                                std::int64_t task_step, ElementType type) {
  KernelArgument a = argument(name, KernelArgument::Role::Weights, std::move(dims), task_step);
  a.type = type;
  a.weights = {.value = constant, .layout = layout, .type = type};
  return a;
}

KernelArgument bias_argument(const std::string& name, Value constant, std::int64_t channels,
                             std::int64_t padded_channels, std::int64_t read,
                             std::int64_t task_step) {
  WeightsLayout layout = {
      .channels = channels, .panel_channels = padded_channels, .padded_channels = padded_channels};
  if (!constant.valid()) layout.values = WeightsLayout::Values::Zeros;
  return weights_argument(name, constant, layout, {{read, 1}}, task_step);
}

KernelArgument scratch_argument(StageKernel& kernel, std::vector<ArgumentDim> dims,
                                std::int64_t elements, ElementType type) {
  constexpr std::int64_t kAlignment = 64;
  kernel.scratch_bytes = round_up(elements * bytes_of(type), kAlignment);
  KernelArgument a = argument("scratch", KernelArgument::Role::Scratch, std::move(dims), 0);
  a.type = type;
  return a;
}

std::int64_t input_rows(const StageShape& s, std::int64_t rows) {
  return (rows - 1) * s.stride_h + (s.kernel_h - 1) * s.dilation_h + 1;
}

KernelArgument depthwise_input(const StageContext& context, StageKernel& kernel,
                               const Padding& padding, std::int64_t channels) {
  const StageShape& s = context.shape();
  const Tiling& t = context.tiling;
  const ImageLayout& in = context.input();
  const std::int64_t last_row = input_rows(s, s.out_h) - padding.top - 1;
  kernel.rows_above = padding.top;
  kernel.rows_below = std::max<std::int64_t>(0, last_row - (in.height - 1));
  const std::int64_t read = s.depth_multiplier == 1 ? channels : s.in_c;
  KernelArgument a =
      input_argument(image_dims(read, s.in_w, input_rows(s, t.rows), in.channel_stride),
                     t.split_channels ? t.task_channels : t.rows * s.stride_h * in.row_elements());
  a.offset = -padding.top * in.row_elements();
  return a;
}

std::string convolution_words(const StageShape& s) {
  std::string words = fmt::format("{}x{}", s.kernel_h, s.kernel_w);
  if (s.stride_h != 1 || s.stride_w != 1) words += fmt::format(" stride {}", s.stride_h);
  if (s.dilation_h != 1 || s.dilation_w != 1) words += fmt::format(" dilation {}", s.dilation_h);
  return words;
}

ConvolutionOp convolution_of(const Graph& graph, Value value) {
  const Op& op = graph.op(value);
  SLIMC_CHECK(op.inputs.size() == 3, "the pipeline gives every convolution a bias");
  return {op, op.attributes_as<ConvolutionAttributes>(), op.inputs[1], op.inputs[2],
          graph.constant(op.inputs[1]).shape.elements()};
}

std::string problem_of_pixels(const Forming& network, Value input) {
  return network.has_stages_pixels(input) ? "" : not_supported_reshape(network, input);
}

NetworkStage stage_of_pixels(const Forming& network, StageKind kind, const std::string& name,
                             Value value) {
  NetworkStage stage = {.kind = kind, .name = name};
  stage.ops = {value};
  stage.inputs = {network.stage_of(network.op(value).inputs[0])};
  stage.value = value;
  const NetworkStage& source = network.stage(stage.inputs.front());
  stage.shape = shape_behind(kind, source, source.shape.out_c);
  return stage;
}

StageShape shape_between(StageKind kind, const Shape& in, const Shape& out) {
  StageShape s;
  s.kind = kind;
  s.in_c = in[in.rank() - 1];
  s.out_c = out[out.rank() - 1];
  if (in.rank() == 4) s.in_h = in[1], s.in_w = in[2];
  if (out.rank() == 4) s.out_h = out[1], s.out_w = out[2];
  return s;
}

StageShape shape_keeping(StageKind kind, const Shape& shape) {
  return shape_between(kind, shape, shape);
}

}  // namespace slimc
