// Dilated convolutions as TensorFlow 1 writes them: SpaceToBatchND, the convolution,
// BatchToSpaceND.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/convert/window.h"

namespace slimc::frontend {
namespace {

// Larger ones are damage; the bound keeps the arithmetic from overflowing.
constexpr std::int64_t kMaxExtent = 1 << 20;

struct Split {
  std::int64_t block_h = 1, block_w = 1;
  Padding edges = {};  // paddings of SpaceToBatchND, crops of BatchToSpaceND
};

// Inputs 1 and 2: [bh, bw] and [[top, bottom], [left, right]].
Result<Split> split_inputs(const NodeContext& context, const char* edges_are_called) {
  SLIMC_ASSIGN(const IntegerTensor block, context.integers(1));
  SLIMC_ASSIGN(const IntegerTensor edges, context.integers(2));
  const auto within = [](std::int64_t low) {
    return [low](std::int64_t x) { return x >= low && x <= kMaxExtent; };
  };
  const bool valid = block.shape == Shape{2} && edges.shape == Shape{2, 2} &&
                     std::all_of(block.data.begin(), block.data.end(), within(1)) &&
                     std::all_of(edges.data.begin(), edges.data.end(), within(0));
  if (!valid) {
    return context.fail(fmt::format(
        "its block_shape is {} and its {} are {}, expected [h,w] and "
        "[[top,bottom],[left,right]]",
        Shape(block.data).to_string(), edges_are_called, Shape(edges.data).to_string()));
  }
  return Split{
      block.data[0], block.data[1], {edges.data[0], edges.data[1], edges.data[2], edges.data[3]}};
}

}  // namespace

Result<Imported> convert_space_to_batch(NodeContext& context) {
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_TRY(context.expect_rank(image, 4));
  SLIMC_ASSIGN(const Split split, split_inputs(context, "paddings"));
  const Shape& shape = context.shape(image);
  const std::int64_t h = shape[1] + split.edges.top + split.edges.bottom;
  const std::int64_t w = shape[2] + split.edges.left + split.edges.right;
  if (h % split.block_h != 0 || w % split.block_w != 0) {
    return context.fail(fmt::format("cannot split {}x{} pixels, padded, by {}x{}", h, w,
                                    split.block_h, split.block_w));
  }
  return Phases{
      .image = image, .block_h = split.block_h, .block_w = split.block_w, .padding = split.edges};
}

Result<Imported> convert_convolution_of_phases(NodeContext& context, OpKind kind, Phases phases) {
  SLIMC_ASSIGN(const Value weights, context.tensor(1));
  SLIMC_ASSIGN(const Extent stride, window_attribute(context, "strides", true));
  SLIMC_ASSIGN(const Extent dilation, window_attribute(context, "dilations", false));
  if (phases.convolution || context.text("padding", "") != "VALID" || stride.h != 1 ||
      stride.w != 1 || dilation.h != 1 || dilation.w != 1) {
    return context.fail(
        "convolves an image split by SpaceToBatchND; slimc reads that once, with strides and "
        "dilations of 1 and padding VALID");
  }
  phases.convolution = kind;
  phases.weights = weights;
  return phases;
}

// A pixel of the result at (y, x) of the padded image looks at every block-th pixel from there:
// dilation. What is cropped in front and behind is padding that was not needed.
Result<Imported> convert_batch_to_space(NodeContext& context) {
  SLIMC_ASSIGN(const Imported imported, context.input(0));
  SLIMC_ASSIGN(const Split split, split_inputs(context, "crops"));
  const auto* phases = std::get_if<Phases>(&imported);
  if (phases == nullptr || !phases->convolution || phases->block_h != split.block_h ||
      phases->block_w != split.block_w) {
    return context.fail(
        "joins images that are not a convolution of what SpaceToBatchND split by the same "
        "block_shape; slimc reads dilated convolutions only");
  }
  const Padding& pad = phases->padding;
  const Padding& crop = split.edges;
  const Padding padding{pad.top - crop.top, pad.bottom - crop.bottom, pad.left - crop.left,
                        pad.right - crop.right};
  if (std::min({padding.top, padding.bottom, padding.left, padding.right}) < 0) {
    return context.fail("crops more than SpaceToBatchND has padded, which slimc does not do");
  }
  ConvolutionAttributes attributes;
  attributes.dilation_h = phases->block_h;
  attributes.dilation_w = phases->block_w;
  attributes.padding = padding;
  return context.emit(*phases->convolution, {phases->image, phases->weights}, attributes);
}

}  // namespace slimc::frontend
