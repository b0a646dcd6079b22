#include "compiler/plan/build_stage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/plan/stage_tilings.h"
#include "support/check.h"

namespace slimc {
namespace {

constexpr std::int64_t kFloat = sizeof(float);

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::int64_t round_up(std::int64_t n, std::int64_t multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

std::string text(std::int64_t n) { return std::to_string(n); }
std::string text(bool b) { return b ? "true" : "false"; }
std::string text(float x) { return fmt::format("{:.9g}", x); }

// Numbers of channels, or one where all are the same.
std::string text(const std::vector<double>& numbers) {
  std::vector<float> rounded(numbers.begin(), numbers.end());
  if (std::all_of(rounded.begin(), rounded.end(), [&](float x) { return x == rounded[0]; })) {
    rounded.resize(1);
  }
  return fmt::format("{:.9g}", fmt::join(rounded, ","));
}

// "activation" and, of those that have them, its parameters.
Parameters activation_parameters(const std::string& name, const ActivationFunction& a) {
  Parameters p = {{name, std::string(name_of(a.kind))}};
  if (a.alpha != 0) p.emplace_back(name + "_alpha", text(a.alpha));
  if (a.beta != 0) p.emplace_back(name + "_beta", text(a.beta));
  return p;
}

std::string convolution_words(const StageShape& s) {
  std::string words = fmt::format("{}x{}", s.kernel_h, s.kernel_w);
  if (s.stride_h != 1 || s.stride_w != 1) words += fmt::format(" stride {}", s.stride_h);
  if (s.dilation_h != 1 || s.dilation_w != 1) words += fmt::format(" dilation {}", s.dilation_h);
  return words;
}

Argument buffer_argument(const std::string& name, Argument::Source source, int buffer,
                         std::vector<ArgumentDim> dims, std::int64_t task_step) {
  Argument a;
  a.name = name;
  a.source = source;
  a.buffer = buffer;
  a.task_step = task_step;
  a.dims = std::move(dims);
  return a;
}

// [pixels][channels] of a buffer, rows joined.
std::vector<ArgumentDim> matrix_dims(std::int64_t channels, std::int64_t pixels,
                                     std::int64_t stride) {
  return {{0, channels, 1}, {0, pixels, stride}};
}

std::vector<ArgumentDim> image_dims(std::int64_t c, std::int64_t w, std::int64_t h,
                                    std::int64_t stride) {
  return {{0, c, 1}, {0, w, stride}, {0, h, w * stride}};
}

// [panel][row][channel in panel]
std::vector<ArgumentDim> panel_dims(std::int64_t panel, std::int64_t rows, std::int64_t panels) {
  return {{0, panel, 1}, {0, rows, panel}, {0, panels, rows * panel}};
}

std::int64_t panel_of(const Tiling& t) { return std::int64_t{t.lanes} * t.panel_vectors; }

// Rows of input that `rows` rows of output read.
std::int64_t input_rows(const StageShape& s, std::int64_t rows) {
  return (rows - 1) * s.stride_h + (s.kernel_h - 1) * s.dilation_h + 1;
}

Parameters depthwise_parameters(const StageShape& s, const Tiling& t, std::int64_t channels,
                                std::int64_t in_stride, std::int64_t pad_left) {
  return {{"rows", text(t.rows)},
          {"in_w", text(s.in_w)},
          {"out_w", text(s.out_w)},
          {"channels", text(channels)},
          {"in_stride", text(in_stride)},
          {"kernel_h", text(s.kernel_h)},
          {"kernel_w", text(s.kernel_w)},
          {"stride_h", text(s.stride_h)},
          {"stride_w", text(s.stride_w)},
          {"dilation_h", text(s.dilation_h)},
          {"dilation_w", text(s.dilation_w)},
          {"pad_left", text(pad_left)},
          {"depth_multiplier", text(s.depth_multiplier)},
          {"true_channels", text(s.depth_multiplier == 1 ? channels : s.in_c)},
          {"depthwise_pixels", text(std::int64_t{t.depthwise_pixels})},
          {"depthwise_rows", text(std::int64_t{t.depthwise_rows})},
          {"depthwise_channels_inside", text(t.depthwise_channels_inside)}};
}

// With --arithmetic f16 and sums in floats, halves are added up over this many channels at most:
// widening and adding a sum then costs an instruction in sixteen, and its error stays that of 64
// products, not of up to 1024.
constexpr std::int64_t kHalfSum = 64;

Parameters gemm_parameters(const Tiling& t, std::int64_t reduction, const CompileOptions& options) {
  const bool half_weights = options.weights_type == ElementType::Float16;
  Parameters p = {{"lanes", text(std::int64_t{t.lanes})},
                  {"panel_vectors", text(std::int64_t{t.panel_vectors})},
                  {"tile_pixels", text(std::int64_t{t.tile_pixels})},
                  {"unroll_k", text(std::int64_t{t.unroll_k})},
                  {"pixel_channels", text(std::int64_t{t.pixel_channels})},
                  {"panels_outside", text(t.panels_outside)},
                  {"weights_type", half_weights ? "float16" : "float32"},
                  {"prefetch", text(std::int64_t{t.prefetch})}};
  if (options.arithmetic == ElementType::Float16) {
    const bool half_sums = options.accumulate == ElementType::Float16;
    p.emplace_back("arithmetic", "float16");
    p.emplace_back("sum_channels", text(half_sums ? reduction : std::min(kHalfSum, reduction)));
  }
  return p;
}

// A depthwise walks the pixels of one vector of channels. Where pixels are a multiple of 1 kB apart
// their lines fall into a few sets of the L1 cache and evict each other; a cache line more between
// pixels spreads them. Measured, GMAC/s without and with the gap: 7x14x512 37 and 61, 7x14x256 from
// stride 2 28 and 50, 7x28x256 36 and 65. Narrower images gain less and are the largest buffers.
std::int64_t gap_behind(std::int64_t padded) {
  constexpr std::int64_t kLine = 64, kConflict = 1024;
  return padded * kFloat % kConflict == 0 ? kLine / kFloat : 0;
}

void append(Parameters& to, const Parameters& more) {
  to.insert(to.end(), more.begin(), more.end());
}

Parameters scale_parameters(const ImageScale& image) {
  if (image.scale.empty()) return {};
  return {{"image_scale", text(image.scale)}, {"image_offset", text(image.offset)}};
}

// What becomes of 8-bit channels, in the order in which they are given: first what makes the
// network's input of them, then what the network does to that.
ImageScale pixel_scale(const PixelEncoding& pixels, const ImageScale& image,
                       std::int64_t channels) {
  ImageScale both;
  for (std::int64_t i = 0; i < channels; ++i) {
    const auto c =
        static_cast<std::size_t>(pixels.order == ChannelOrder::Bgr ? channels - 1 - i : i);
    const double scale = image.scale.empty() ? 1 : image.scale[c];
    const double offset = image.offset.empty() ? 0 : image.offset[c];
    both.scale.push_back(pixels.scale_of(c) * scale);
    both.offset.push_back(pixels.offset_of(c) * scale + offset);
  }
  return both;
}

// Weights [kh,kw,ci,co].
Tensor channels_reversed(const Tensor& weights) {
  Tensor result = weights;
  const auto ci = static_cast<std::size_t>(weights.shape[2]);
  const auto co = static_cast<std::size_t>(weights.shape[3]);
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    const std::size_t tap = i / (ci * co), c = i / co % ci, o = i % co;
    result.data[i] = weights.data[(tap * ci + (ci - 1 - c)) * co + o];
  }
  return result;
}

}  // namespace

// An illegal one is reported and replaced, so that all of a network's are found in one run.
Tiling StageBuilder::tiling(const StagePlace& place, const StageShape& shape) {
  Result<Tiling> found = stage_tiling(place.name, shape, options_);
  if (found) return *found;
  problems_.add(std::move(found).error());
  return choose_tiling(shape, options_.target.traits);
}

int StageBuilder::add_buffer(const StagePlace& place, std::int64_t h, std::int64_t w,
                             std::int64_t c, std::int64_t padded) {
  Buffer b;
  b.name = place.name;
  b.height = h;
  b.width = w;
  b.channels = c;
  b.padded_channels = padded;
  b.channel_stride = padded + (place.read_by_depthwise ? gap_behind(padded) : 0);
  b.first_stage = b.last_stage = static_cast<int>(plan_.stages.size());
  plan_.buffers.push_back(b);
  return static_cast<int>(plan_.buffers.size()) - 1;
}

Argument StageBuilder::weights_argument(const std::string& name, const std::vector<float>& packed,
                                        std::vector<ArgumentDim> dims, std::int64_t task_step,
                                        ElementType type) {
  Argument a = buffer_argument(name, Argument::Source::Weights, -1, std::move(dims), task_step);
  a.type = type;
  a.offset = type == ElementType::Float16 ? pool_.add_halves(packed) : pool_.add(packed);
  return a;
}

Argument StageBuilder::scratch_argument(std::vector<ArgumentDim> dims, std::int64_t elements,
                                        ElementType type) {
  std::int64_t& bytes = plan_.stages.back().scratch_bytes;  // of the stage that is being built
  bytes = round_up(elements * bytes_of(type), 64);
  plan_.scratch_bytes = std::max(plan_.scratch_bytes, bytes);
  Argument a = buffer_argument("scratch", Argument::Source::Scratch, -1, std::move(dims), 0);
  a.type = type;
  return a;
}

int StageBuilder::kernel(StageKind kind, Parameters parameters) {
  Kernel k{kind, std::move(parameters)};
  const auto found = std::find(plan_.kernels.begin(), plan_.kernels.end(), k);
  if (found != plan_.kernels.end()) return static_cast<int>(found - plan_.kernels.begin());
  plan_.kernels.push_back(std::move(k));
  return static_cast<int>(plan_.kernels.size()) - 1;
}

Stage& StageBuilder::add_stage(const StagePlace& place, const StageShape& shape,
                               const Tiling& tiling, int source, int output) {
  if (source != kImage) buffer(source).last_stage = static_cast<int>(plan_.stages.size());
  Stage s;
  s.name = place.name;
  s.value = place.value;
  s.shape = shape;
  s.tiling = tiling;
  s.inputs = {source};
  s.output = output;
  plan_.stages.push_back(std::move(s));
  return plan_.stages.back();
}

int StageBuilder::first_convolution(const StagePlace& place, const Shape& in, const Shape& out,
                                    const ConvolutionAttributes& attributes, ConvolutionWeights w,
                                    const ImageScale& image_scale) {
  StageShape s;
  s.kind = StageKind::FirstConvolution;
  s.in_h = in[1], s.in_w = in[2], s.in_c = in[3];
  s.out_h = out[1], s.out_w = out[2], s.out_c = out[3];
  s.kernel_h = w.weights->shape[0], s.kernel_w = w.weights->shape[1];
  s.stride_h = attributes.stride_h, s.stride_w = attributes.stride_w;
  s.in_padded_c = s.in_c;
  const Tiling t = tiling(place, s);
  const std::int64_t panel = panel_of(t), channels = round_up(s.out_c, panel);
  const std::int64_t run = s.kernel_w * s.in_c, taps = run * s.kernel_h;
  const std::int64_t scratch_q = ((s.out_w - 1) * s.stride_w + s.kernel_w) * s.in_c;
  const std::int64_t scratch_rows = input_rows(s, t.rows);

  const int output = add_buffer(place, s.out_h, s.out_w, s.out_c, channels);
  const std::int64_t stride = buffer(output).channel_stride;
  Stage& stage = add_stage(place, s, t, kImage, output);
  stage.description = fmt::format("convolution {}, {} -> {}, {}x{}", convolution_words(s), s.in_c,
                                  s.out_c, s.out_h, s.out_w);
  stage.activation = attributes.activation;
  stage.tasks = static_cast<int>(s.out_h / t.rows);
  stage.multiply_adds = s.out_h * s.out_w * s.out_c * taps;
  stage.parameters = w.weights->shape.elements() + s.out_c;
  stage.parameter_bytes = stage.parameters * kFloat;

  Argument image = buffer_argument("image", Argument::Source::NetworkInput, -1,
                                   matrix_dims(s.in_w * s.in_c, s.in_h, s.in_w * s.in_c), 0);
  Argument row;
  row.name = "first_row";
  row.source = Argument::Source::TaskRow;
  row.task_step = t.rows;
  stage.variants[0].arguments = {
      image,
      row,
      weights_argument("weights", pack_first_convolution(*w.weights, panel, channels),
                       {{0, panel, 1},
                        {0, run, panel},
                        {0, s.kernel_h, run * panel},
                        {0, channels / panel, taps * panel}},
                       0),
      weights_argument("bias", pack_bias(*w.bias, channels), {{0, channels, 1}}, 0),
      scratch_argument({{0, scratch_q, 1}, {0, scratch_rows, scratch_q}}, scratch_q * scratch_rows),
      buffer_argument("out", Argument::Source::Arena, output,
                      image_dims(channels, s.out_w, t.rows, stride), t.rows * s.out_w * stride)};

  Parameters p = {{"in_h", text(s.in_h)},
                  {"in_w", text(s.in_w)},
                  {"in_channels", text(s.in_c)},
                  {"rows", text(t.rows)},
                  {"out_w", text(s.out_w)},
                  {"out_channels", text(channels)},
                  {"out_stride", text(stride)},
                  {"kernel_h", text(s.kernel_h)},
                  {"kernel_w", text(s.kernel_w)},
                  {"stride_h", text(s.stride_h)},
                  {"stride_w", text(s.stride_w)},
                  {"pad_top", text(attributes.padding.top)},
                  {"pad_left", text(attributes.padding.left)}};
  append(p, activation_parameters("activation", attributes.activation));
  append(p, {{"lanes", text(std::int64_t{t.lanes})},
             {"panel_vectors", text(std::int64_t{t.panel_vectors})},
             {"tile_pixels", text(std::int64_t{t.tile_pixels})}});
  Parameters p_u8 = p;
  append(p, {{"input_type", "float32"}});
  append(p, scale_parameters(image_scale));
  stage.variants[0].kernel = kernel(s.kind, p);

  append(p_u8, {{"input_type", "uint8"}});
  append(p_u8, scale_parameters(pixel_scale(plan_.pixels, image_scale, s.in_c)));
  StageVariant bytes = {.input = ElementType::UInt8,
                        .kernel = kernel(s.kind, p_u8),
                        .arguments = stage.variants[0].arguments};
  bytes.arguments[0].type = ElementType::UInt8;
  if (plan_.pixels.order == ChannelOrder::Bgr) {
    // Reversing the channels of the weights is reversing those of the image.
    Argument& weights = bytes.arguments[2];
    weights.offset =
        pool_.add(pack_first_convolution(channels_reversed(*w.weights), panel, channels));
  }
  stage.variants.push_back(std::move(bytes));
  return output;
}

StageShape StageBuilder::depthwise_shape(StageKind kind, int source, const Shape& out,
                                         const ConvolutionAttributes& attributes,
                                         const Tensor& weights) const {
  const Buffer& in = buffer(source);
  StageShape s;
  s.kind = kind;
  s.in_h = in.height, s.in_w = in.width, s.in_c = in.channels;
  s.out_h = out[1], s.out_w = out[2], s.out_c = out[3];
  s.kernel_h = weights.shape[0], s.kernel_w = weights.shape[1];
  s.stride_h = attributes.stride_h, s.stride_w = attributes.stride_w;
  s.dilation_h = attributes.dilation_h, s.dilation_w = attributes.dilation_w;
  s.depth_multiplier = weights.shape[3];
  s.in_padded_c = in.padded_channels;
  return s;
}

Argument StageBuilder::depthwise_input(int source, const StageShape& s, const Tiling& t,
                                       const Padding& padding, std::int64_t channels) {
  Buffer& in = buffer(source);
  const std::int64_t last_row = input_rows(s, s.out_h) - padding.top - 1;
  in.halo_top = std::max(in.halo_top, padding.top);
  in.halo_bottom = std::max(in.halo_bottom, last_row - (in.height - 1));
  const std::int64_t read = s.depth_multiplier == 1 ? channels : s.in_c;
  Argument a =
      buffer_argument("in", Argument::Source::Arena, source,
                      image_dims(read, s.in_w, input_rows(s, t.rows), in.channel_stride),
                      t.split_channels ? t.task_channels : t.rows * s.stride_h * in.row_floats());
  a.offset = -padding.top * in.row_floats() * kFloat;
  return a;
}

int StageBuilder::depthwise(const StagePlace& place, int source, const Shape& out,
                            const ConvolutionAttributes& attributes, ConvolutionWeights w) {
  const StageShape s = depthwise_shape(StageKind::Depthwise, source, out, attributes, *w.weights);
  const Tiling t = tiling(place, s);
  const std::int64_t padded = s.depth_multiplier == 1 ? s.in_padded_c : round_up(s.out_c, t.lanes);
  const std::int64_t channels = t.split_channels ? t.task_channels : padded;
  const std::int64_t taps = s.kernel_h * s.kernel_w;

  const int output = add_buffer(place, s.out_h, s.out_w, s.out_c, padded);
  const std::int64_t stride = buffer(output).channel_stride;
  Stage& stage = add_stage(place, s, t, source, output);
  stage.activation = attributes.activation;
  stage.description = fmt::format("depthwise {}, {} channels, {}x{}", convolution_words(s), s.out_c,
                                  s.out_h, s.out_w);
  stage.tasks = static_cast<int>(t.split_channels ? padded / t.task_channels : s.out_h / t.rows);
  stage.multiply_adds = s.out_h * s.out_w * s.out_c * taps;
  stage.parameters = w.weights->shape.elements() + s.out_c;
  stage.parameter_bytes = stage.parameters * kFloat;
  stage.variants[0].arguments = {
      depthwise_input(source, s, t, attributes.padding, channels),
      weights_argument("weights", pack_depthwise(*w.weights, t.lanes, padded),
                       panel_dims(t.lanes, taps, channels / t.lanes),
                       t.split_channels ? t.task_channels * taps : 0),
      weights_argument("bias", pack_bias(*w.bias, padded), {{0, channels, 1}},
                       t.split_channels ? t.task_channels : 0),
      buffer_argument("out", Argument::Source::Arena, output,
                      matrix_dims(channels, t.rows * s.out_w, stride),
                      t.split_channels ? t.task_channels : t.rows * s.out_w * stride)};
  Parameters p =
      depthwise_parameters(s, t, channels, buffer(source).channel_stride, attributes.padding.left);
  append(p, {{"out_stride", text(stride)}});
  append(p, activation_parameters("activation", attributes.activation));
  append(p, {{"lanes", text(std::int64_t{t.lanes})}});
  stage.variants[0].kernel = kernel(s.kind, p);
  return output;
}

int StageBuilder::pointwise(const StagePlace& place, int source, const Shape& out,
                            const ActivationFunction& activation, ConvolutionWeights w) {
  const Buffer& in = buffer(source);
  const Shape rows{in.height, in.width, in.channels};
  return pointwise(place, source, rows, in.channel_stride, out[out.rank() - 1], activation, w);
}

int StageBuilder::pointwise_of_image(const StagePlace& place, int source, std::int64_t out_channels,
                                     const ActivationFunction& activation, ConvolutionWeights w) {
  const Buffer in = buffer(source);
  SLIMC_CHECK(in.channel_stride == in.padded_channels, "a gap between pixels that are flattened");
  // Channels that pad a pixel take part with weights of zero.
  const std::int64_t stride = in.channel_stride, pixels = in.height * in.width;
  Tensor padded{Shape{1, 1, pixels * stride, out_channels}, {}};
  padded.data.resize(static_cast<std::size_t>(padded.shape.elements()));
  const std::int64_t row = in.channels * out_channels;
  for (std::int64_t p = 0; p < pixels; ++p) {
    std::copy_n(w.weights->data.begin() + p * row, row,
                padded.data.begin() + p * stride * out_channels);
  }
  const std::int64_t added = padded.shape.elements() - w.weights->shape.elements();
  const int output = pointwise(place, source, Shape{1, 1, pixels * stride}, pixels * stride,
                               out_channels, activation, {&padded, w.bias});
  Stage& stage = plan_.stages.back();
  stage.multiply_adds -= added;
  stage.parameters -= added;
  stage.parameter_bytes -= added * bytes_of(options_.weights_type);
  return output;
}

// `in`: height, width, channels.
int StageBuilder::pointwise(const StagePlace& place, int source, const Shape& in,
                            std::int64_t in_stride, std::int64_t out_channels,
                            const ActivationFunction& activation, ConvolutionWeights w) {
  StageShape s;
  s.kind = StageKind::Pointwise;
  s.in_h = in[0], s.in_w = in[1], s.in_c = in[2];
  s.out_h = in[0], s.out_w = in[1], s.out_c = out_channels;
  s.in_padded_c = std::max(in[2], std::min(in_stride, buffer(source).padded_channels));
  const Tiling t = tiling(place, s);
  const std::int64_t panel = panel_of(t), padded = round_up(s.out_c, panel);
  const std::int64_t channels = t.split_channels ? t.task_channels : padded;
  const std::int64_t pixels = t.rows * s.out_w;

  const int output = add_buffer(place, s.out_h, s.out_w, s.out_c, padded);
  const std::int64_t stride = buffer(output).channel_stride;
  Stage& stage = add_stage(place, s, t, source, output);
  stage.activation = activation;
  stage.description = fmt::format("pointwise {} -> {}, {}x{}", s.in_c, s.out_c, s.out_h, s.out_w);
  stage.tasks = static_cast<int>(t.split_channels ? padded / t.task_channels : s.out_h / t.rows);
  stage.multiply_adds = s.out_h * s.out_w * s.out_c * s.in_c;
  stage.parameters = w.weights->shape.elements() + s.out_c;
  stage.parameter_bytes = stage.parameters * kFloat -
                          w.weights->shape.elements() * (kFloat - bytes_of(options_.weights_type));
  stage.variants[0].arguments = {
      buffer_argument("in", Argument::Source::Arena, source, matrix_dims(s.in_c, pixels, in_stride),
                      t.split_channels ? 0 : pixels * in_stride),
      weights_argument("weights", pack_pointwise(*w.weights, panel, padded),
                       panel_dims(panel, s.in_c, channels / panel),
                       t.split_channels ? t.task_channels * s.in_c : 0, options_.weights_type),
      weights_argument("bias", pack_bias(*w.bias, padded), {{0, channels, 1}},
                       t.split_channels ? t.task_channels : 0),
      buffer_argument("out", Argument::Source::Arena, output, matrix_dims(channels, pixels, stride),
                      t.split_channels ? t.task_channels : pixels * stride)};
  Parameters p = {{"pixels", text(pixels)},
                  {"in_channels", text(s.in_c)},
                  {"in_stride", text(in_stride)},
                  {"out_channels", text(channels)},
                  {"out_stride", text(stride)}};
  append(p, activation_parameters("activation", activation));
  append(p, gemm_parameters(t, s.in_c, options_));
  stage.variants[0].kernel = kernel(s.kind, p);
  return output;
}

int StageBuilder::depthwise_pointwise(const StagePlace& place, int source, const Shape& out,
                                      const DepthwisePointwiseAttributes& attributes,
                                      ConvolutionWeights dw, ConvolutionWeights pw) {
  const StageShape s = depthwise_shape(StageKind::DepthwisePointwise, source, out,
                                       attributes.depthwise, *dw.weights);
  const Tiling t = tiling(place, s);
  const std::int64_t middle = s.in_c * s.depth_multiplier;
  const std::int64_t channels =
      s.depth_multiplier == 1 ? s.in_padded_c : round_up(middle, t.depthwise_lanes);
  const std::int64_t panel = panel_of(t), padded = round_up(s.out_c, panel);
  const std::int64_t taps = s.kernel_h * s.kernel_w, pixels = t.rows * s.out_w;

  const int output = add_buffer(place, s.out_h, s.out_w, s.out_c, padded);
  const std::int64_t stride = buffer(output).channel_stride;
  Stage& stage = add_stage(place, s, t, source, output);
  stage.activation = attributes.pointwise_activation;
  stage.description = fmt::format("depthwise {} + pointwise {} -> {}, {}x{}", convolution_words(s),
                                  middle, s.out_c, s.out_h, s.out_w);
  stage.tasks = static_cast<int>(s.out_h / t.rows);
  stage.multiply_adds = s.out_h * s.out_w * middle * (taps + s.out_c);
  stage.parameters = dw.weights->shape.elements() + middle + pw.weights->shape.elements() + s.out_c;
  stage.parameter_bytes = stage.parameters * kFloat -
                          pw.weights->shape.elements() * (kFloat - bytes_of(options_.weights_type));
  stage.variants[0].arguments = {
      depthwise_input(source, s, t, attributes.depthwise.padding, channels),
      weights_argument("depthwise_weights",
                       pack_depthwise(*dw.weights, t.depthwise_lanes, channels),
                       panel_dims(t.depthwise_lanes, taps, channels / t.depthwise_lanes), 0),
      weights_argument("depthwise_bias", pack_bias(*dw.bias, channels), {{0, channels, 1}}, 0),
      weights_argument("weights", pack_pointwise(*pw.weights, panel, padded),
                       panel_dims(panel, middle, padded / panel), 0, options_.weights_type),
      weights_argument("bias", pack_bias(*pw.bias, padded), {{0, padded, 1}}, 0),
      scratch_argument(matrix_dims(channels, pixels, channels), channels * pixels,
                       options_.arithmetic),
      buffer_argument("out", Argument::Source::Arena, output, matrix_dims(padded, pixels, stride),
                      pixels * stride)};
  Parameters p = depthwise_parameters(s, t, channels, buffer(source).channel_stride,
                                      attributes.depthwise.padding.left);
  append(
      p,
      {{"reduction", text(middle)}, {"out_channels", text(padded)}, {"out_stride", text(stride)}});
  append(p, activation_parameters("depthwise_activation", attributes.depthwise.activation));
  append(p, activation_parameters("activation", attributes.pointwise_activation));
  append(p, {{"depthwise_lanes", text(std::int64_t{t.depthwise_lanes})},
             {"prefetch_rows", text(std::int64_t{t.prefetch_rows})}});
  append(p, gemm_parameters(t, middle, options_));
  stage.variants[0].kernel = kernel(s.kind, p);
  return output;
}

int StageBuilder::pool(const StagePlace& place, int source, const Shape& out, bool average,
                       const PoolAttributes& attributes, const ActivationFunction& activation) {
  const Buffer in = buffer(source);
  StageShape s;
  s.kind = StageKind::Pool;
  s.in_h = in.height, s.in_w = in.width, s.in_c = s.out_c = in.channels;
  s.kernel_h = attributes.kernel_h, s.kernel_w = attributes.kernel_w;
  s.stride_h = attributes.stride_h, s.stride_w = attributes.stride_w;
  s.out_h = out.rank() == 4 ? out[1] : 1;
  s.out_w = out.rank() == 4 ? out[2] : 1;
  s.in_padded_c = in.padded_channels;
  const Tiling t = tiling(place, s);

  const int output = add_buffer(place, s.out_h, s.out_w, s.out_c, in.padded_channels);
  const std::int64_t stride = buffer(output).channel_stride;
  Stage& stage = add_stage(place, s, t, source, output);
  stage.description = fmt::format("{} pool {}x{}, {} channels", average ? "average" : "maximum",
                                  s.kernel_h, s.kernel_w, s.out_c);
  stage.activation = activation;
  stage.tasks = static_cast<int>(in.padded_channels / t.task_channels);
  stage.variants[0].arguments = {
      buffer_argument("in", Argument::Source::Arena, source,
                      image_dims(t.task_channels, s.in_w, s.in_h, in.channel_stride),
                      t.task_channels),
      buffer_argument("out", Argument::Source::Arena, output,
                      image_dims(t.task_channels, s.out_w, s.out_h, stride), t.task_channels)};
  Parameters p = {{"pool_kind", average ? "average" : "maximum"},
                  {"in_h", text(s.in_h)},
                  {"in_w", text(s.in_w)},
                  {"out_h", text(s.out_h)},
                  {"out_w", text(s.out_w)},
                  {"kernel_h", text(s.kernel_h)},
                  {"kernel_w", text(s.kernel_w)},
                  {"stride_h", text(s.stride_h)},
                  {"stride_w", text(s.stride_w)},
                  {"channels", text(t.task_channels)},
                  {"in_stride", text(in.channel_stride)},
                  {"out_stride", text(stride)},
                  {"lanes", text(std::int64_t{t.lanes})},
                  {"panel_vectors", text(std::int64_t{t.panel_vectors})}};
  if (activation.kind != Activation::None) {
    append(p, activation_parameters("activation", activation));
  }
  stage.variants[0].kernel = kernel(s.kind, p);
  return output;
}

namespace {

// Of a stage whose result has the shape of its input.
StageShape shape_keeping(StageKind kind, const Buffer& in) {
  StageShape s;
  s.kind = kind;
  s.in_h = s.out_h = in.height, s.in_w = s.out_w = in.width, s.in_c = s.out_c = in.channels;
  s.in_padded_c = in.padded_channels;
  return s;
}

}  // namespace

int StageBuilder::softmax(const StagePlace& place, int source) {
  const Buffer in = buffer(source);
  const StageShape s = shape_keeping(StageKind::Softmax, in);
  const Tiling t = tiling(place, s);
  const std::int64_t pixels = in.height * in.width;

  const int output = add_buffer(place, in.height, in.width, in.channels, in.channels);
  Stage& stage = add_stage(place, s, t, source, output);
  stage.description = fmt::format("softmax over {} classes", in.channels);
  stage.variants[0].arguments = {
      buffer_argument("in", Argument::Source::Arena, source,
                      matrix_dims(in.channels, pixels, in.channel_stride), 0),
      scratch_argument(matrix_dims(in.channels, pixels, in.channels), in.channels * pixels),
      buffer_argument("out", Argument::Source::Arena, output,
                      matrix_dims(in.channels, pixels, in.channels), 0)};
  stage.variants[0].kernel = kernel(s.kind, {{"pixels", text(pixels)},
                                             {"classes", text(in.channels)},
                                             {"in_stride", text(in.channel_stride)},
                                             {"lanes", text(std::int64_t{t.lanes})}});
  return output;
}

int StageBuilder::copy(const StagePlace& place, int source, const ActivationFunction& activation) {
  const Buffer in = buffer(source);
  const StageShape s = shape_keeping(StageKind::Copy, in);
  const Tiling t = tiling(place, s);
  const std::int64_t pixels = in.height * in.width;
  const int output = add_buffer(place, in.height, in.width, in.channels, in.channels);
  Stage& stage = add_stage(place, s, t, source, output);
  stage.activation = activation;
  stage.description = activation.kind == Activation::None
                          ? "drop padding channels"
                          : fmt::format("{} of {} channels", name_of(activation.kind), s.out_c);
  stage.variants[0].arguments = {
      buffer_argument("in", Argument::Source::Arena, source,
                      matrix_dims(in.channels, pixels, in.channel_stride), 0),
      buffer_argument("out", Argument::Source::Arena, output,
                      matrix_dims(in.channels, pixels, in.channels), 0)};
  Parameters p = {{"pixels", text(pixels)},
                  {"channels", text(in.channels)},
                  {"in_stride", text(in.channel_stride)},
                  {"lanes", text(std::int64_t{t.lanes})}};
  if (activation.kind != Activation::None) {
    append(p, activation_parameters("activation", activation));
  }
  stage.variants[0].kernel = kernel(s.kind, p);
  return output;
}

void StageBuilder::give(const StagePlace& place, int source, int output, bool alone) {
  const bool direct = alone && buffer(source).channel_stride == buffer(source).channels;
  if (!direct) source = copy(place, source, Activation::None);
  direct_.emplace_back(source, output);
}

namespace {

// What of the plan is needed for which of its outputs.
void mark_needs(Plan& plan) {
  for (Stage& stage : plan.stages) {
    stage.needed_by = stage.output < 0 ? std::uint32_t{1} << stage.network_output : 0;
  }
  for (std::size_t i = plan.stages.size(); i-- > 0;) {
    const Stage& reader = plan.stages[i];
    for (Stage& writer : plan.stages) {
      if (writer.output < 0) continue;
      if (std::count(reader.inputs.begin(), reader.inputs.end(), writer.output) == 0) continue;
      writer.needed_by |= reader.needed_by;
    }
  }
}

}  // namespace

void StageBuilder::finish() {
  SLIMC_CHECK(!plan_.stages.empty(), "a plan without stages");
  // Where each buffer goes: to another place in the list, or -1 - output.
  std::vector<int> to(plan_.buffers.size());
  std::vector<Buffer> kept;
  for (std::size_t b = 0; b < to.size(); ++b) {
    const auto direct = std::find_if(direct_.begin(), direct_.end(), [&](const auto& given) {
      return given.first == static_cast<int>(b);
    });
    if (direct != direct_.end()) {
      to[b] = -1 - direct->second;
    } else {
      to[b] = static_cast<int>(kept.size());
      kept.push_back(std::move(plan_.buffers[b]));
    }
  }
  plan_.buffers = std::move(kept);
  for (Stage& stage : plan_.stages) {
    for (int& input : stage.inputs) {
      if (input != kImage) input = to[static_cast<std::size_t>(input)];
    }
    const int output = to[static_cast<std::size_t>(stage.output)];
    stage.output = std::max(output, -1);
    if (output < 0) stage.network_output = -1 - output;
    for (StageVariant& variant : stage.variants) {
      for (Argument& a : variant.arguments) {
        if (a.source != Argument::Source::Arena) continue;
        const int target = to[static_cast<std::size_t>(a.buffer)];
        a.buffer = std::max(target, -1);
        if (target >= 0) continue;
        a.source = Argument::Source::NetworkOutput;
        a.network_output = -1 - target;
      }
    }
    plan_.multiply_adds += stage.multiply_adds;
    plan_.parameters += stage.parameters;
  }
  mark_needs(plan_);
  plan_.weights = pool_.take();
}

}  // namespace slimc
