// The convolution that reads the image. What stands in front of it is done as it copies pixels into
// its padded scratch: the model's own scale and offset, and for bytes what makes the network's
// input of them.
#include <fmt/format.h>

#include "stages/first_convolution/image_stage.h"
#include "stages/kernel_parts.h"

namespace slimc {
namespace {

// An image that no convolution reads is copied by one, whose weights are the square of its
// channels: a file of some bytes could ask for all memory.
constexpr std::int64_t kMaxCopiedChannels = 4096;

// What is done to the image; empty: nothing.
struct ImageScale {
  std::vector<double> scale, offset;  // one a channel, or none
};

const Op* find(const Graph& graph, const NetworkStage& stage, OpKind kind) {
  for (const Value value : stage.ops) {
    if (graph.op(value).kind == kind) return &graph.op(value);
  }
  return nullptr;
}

ImageScale image_scale(const Graph& graph, const NetworkStage& stage) {
  const Op* op = find(graph, stage, OpKind::ScaleImage);
  if (op == nullptr) return {};
  const Tensor &scale = graph.constant(op->inputs[1]), &offset = graph.constant(op->inputs[2]);
  return {{scale.data.begin(), scale.data.end()}, {offset.data.begin(), offset.data.end()}};
}

KernelParameters scale_parameters(const ImageScale& image) {
  if (image.scale.empty()) return {};
  return {{"image_scale", parameter_text(image.scale)},
          {"image_offset", parameter_text(image.offset)}};
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

// The ops between the network's input and `value`, which is given by the image.
std::vector<Value> ops_from_image(const Forming& network, Value value) {
  std::vector<Value> ops;
  while (value != network.graph().input) {
    ops.insert(ops.begin(), value);
    value = network.op(value).inputs[0];
  }
  return ops;
}

std::optional<FormedStage> form(const Forming& network, Value value) {
  const Op& op = network.op(value);
  if (op.kind != OpKind::Conv2D || !network.is_image(op.inputs[0])) return std::nullopt;
  const ConvolutionOp conv = convolution_of(network.graph(), value);
  if (conv.attributes.dilation_h != 1 || conv.attributes.dilation_w != 1) {
    return FormedStage{{},
                       fmt::format("a full convolution with dilation {}x{} is not supported",
                                   conv.attributes.dilation_h, conv.attributes.dilation_w)};
  }
  const Graph& graph = network.graph();
  const Shape& kernel = graph.constant(conv.weights).shape;
  NetworkStage stage = {.kind = StageKind::FirstConvolution, .name = "conv_0"};
  stage.ops = ops_from_image(network, op.inputs[0]);
  stage.ops.push_back(value);
  stage.inputs = {NetworkStage::kImage};
  stage.value = value;
  stage.shape = shape_between(stage.kind, graph.op(graph.input).shape, op.shape);
  stage.shape.kernel_h = kernel[0], stage.shape.kernel_w = kernel[1];
  stage.shape.stride_h = conv.attributes.stride_h, stage.shape.stride_w = conv.attributes.stride_w;
  return FormedStage{std::move(stage), ""};
}

std::int64_t padded_channels(const StageShape& s, std::int64_t, const Tiling& t) {
  return round_up(s.out_c, panel_of(t));
}

// What the image is multiplied by: the network's convolution, or ones for an image as it is.
struct ImageWeights {
  WeightsLayout layout;
  Value weights, bias;
  ConvolutionAttributes attributes;
};

ImageWeights weights_of(const StageContext& context, std::int64_t padded) {
  const StageShape& s = context.shape();
  ImageWeights image;
  image.layout = {.rows = s.kernel_h * s.kernel_w * s.in_c,
                  .channels = s.out_c,
                  .panel_channels = panel_of(context.tiling),
                  .padded_channels = padded};
  if (find(context.graph, context.stage, OpKind::Conv2D) == nullptr) {
    image.layout.values = WeightsLayout::Values::UnitMatrix;
    return image;
  }
  const ConvolutionOp conv = convolution_of(context.graph, context.stage.ops.back());
  image.weights = conv.weights, image.bias = conv.bias, image.attributes = conv.attributes;
  return image;
}

KernelParameters parameters(const StageContext& context, const ImageWeights& image) {
  const StageShape& s = context.shape();
  const Tiling& t = context.tiling;
  KernelParameters p = {{"in_h", parameter_text(s.in_h)},
                        {"in_w", parameter_text(s.in_w)},
                        {"in_channels", parameter_text(s.in_c)},
                        {"rows", parameter_text(t.rows)},
                        {"out_w", parameter_text(s.out_w)},
                        {"out_channels", parameter_text(context.output.padded_channels)},
                        {"kernel_h", parameter_text(s.kernel_h)},
                        {"kernel_w", parameter_text(s.kernel_w)},
                        {"stride_h", parameter_text(s.stride_h)},
                        {"stride_w", parameter_text(s.stride_w)},
                        {"pad_top", parameter_text(image.attributes.padding.top)},
                        {"pad_left", parameter_text(image.attributes.padding.left)}};
  append(p, activation_parameters("activation", image.attributes.activation));
  append(p, {{"lanes", parameter_text(std::int64_t{t.lanes})},
             {"panel_vectors", parameter_text(std::int64_t{t.panel_vectors})},
             {"tile_pixels", parameter_text(std::int64_t{t.tile_pixels})}});
  return p;
}

std::vector<KernelArgument> arguments(const StageContext& context, const ImageWeights& image,
                                      StageKernel& kernel) {
  const StageShape& s = context.shape();
  const std::int64_t rows = context.tiling.rows, padded = context.output.padded_channels;
  const std::int64_t panel = image.layout.panel_channels, stride = context.output.channel_stride;
  const std::int64_t run = s.kernel_w * s.in_c, taps = run * s.kernel_h;
  const std::int64_t scratch_q = ((s.out_w - 1) * s.stride_w + s.kernel_w) * s.in_c;
  const std::int64_t scratch_rows = input_rows(s, rows);
  KernelArgument pixels;
  pixels.name = "in";
  pixels.role = KernelArgument::Role::Image;
  pixels.dims = matrix_dims(s.in_w * s.in_c, s.in_h, s.in_w * s.in_c);
  KernelArgument row;
  row.name = "first_row";
  row.role = KernelArgument::Role::TaskRow;
  row.task_step = rows;
  return {
      pixels,
      row,
      weights_argument(
          "weights", image.weights, image.layout,
          {{panel, 1}, {run, panel}, {s.kernel_h, run * panel}, {padded / panel, taps * panel}}, 0),
      bias_argument("bias", image.bias, s.out_c, padded, padded, 0),
      scratch_argument(kernel, {{scratch_q, 1}, {scratch_rows, scratch_q}},
                       scratch_q * scratch_rows),
      output_argument(image_dims(padded, s.out_w, rows, stride), rows * s.out_w * stride)};
}

StageKernel kernel(const StageContext& context) {
  const StageShape& s = context.shape();
  const ImageWeights image = weights_of(context, context.output.padded_channels);
  StageKernel k;
  k.activation = image.attributes.activation;
  k.tasks = s.out_h / context.tiling.rows;
  if (image.weights.valid()) {
    const std::int64_t taps = s.kernel_h * s.kernel_w * s.in_c;
    k.description = fmt::format("convolution {}, {} -> {}, {}x{}", convolution_words(s), s.in_c,
                                s.out_c, s.out_h, s.out_w);
    k.multiply_adds = s.out_h * s.out_w * s.out_c * taps;
    k.parameters = taps * s.out_c + s.out_c;
    k.parameter_bytes = k.parameters * kFloat;
  } else {
    k.description = "the image as it is";  // ones are not the network's
  }
  const ImageScale scale = image_scale(context.graph, context.stage);
  KernelVariant floats = {.parameters = parameters(context, image),
                          .arguments = arguments(context, image, k)};
  KernelVariant bytes = floats;
  append(floats.parameters, {{"input_type", "float32"}});
  append(floats.parameters, scale_parameters(scale));

  const PixelEncoding& pixels = context.graph.pixels;
  bytes.input = ElementType::UInt8;
  append(bytes.parameters, {{"input_type", "uint8"}});
  append(bytes.parameters, scale_parameters(pixel_scale(pixels, scale, s.in_c)));
  for (KernelArgument& a : bytes.arguments) {
    if (a.role == KernelArgument::Role::Image) a.type = ElementType::UInt8;
    // Reversing the channels of the weights is reversing those of the image.
    if (a.name == "weights" && pixels.order == ChannelOrder::Bgr) {
      a.weights.layout.reversed_in_channels = s.in_c;
    }
  }
  k.variants = {std::move(floats), std::move(bytes)};
  return k;
}

}  // namespace

FormedStage form_image_stage(const Forming& network, Value image) {
  const Shape& shape = network.op(image).shape;
  if (shape[3] > kMaxCopiedChannels) {
    return {{},
            fmt::format("reads the image of {} channels; in front of other ops than convolutions "
                        "slimc reads images of up to {}",
                        shape[3], kMaxCopiedChannels)};
  }
  NetworkStage stage = {.kind = StageKind::FirstConvolution, .name = "image"};
  stage.ops = ops_from_image(network, image);
  stage.inputs = {NetworkStage::kImage};
  stage.value = image;
  stage.shape = shape_keeping(stage.kind, shape);
  return {std::move(stage), ""};
}

const StageKindRow first_convolution_stage = {.kind = StageKind::FirstConvolution,
                                              .form = form,
                                              .fuse = nullptr,
                                              .padded_channels = padded_channels,
                                              .walks_pixels = false,
                                              .kernel = kernel};

}  // namespace slimc
