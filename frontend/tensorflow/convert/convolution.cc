#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/convert/window.h"

namespace slimc::frontend {
namespace {

Result<Imported> convert_convolution(NodeContext& context, OpKind kind) {
  SLIMC_ASSIGN(const Imported input, context.input(0));
  if (const auto* phases = std::get_if<Phases>(&input)) {
    SLIMC_TRY(context.expect_nhwc());
    return convert_convolution_of_phases(context, kind, *phases);
  }
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_ASSIGN(const Value weights, context.tensor(1));
  SLIMC_ASSIGN(const ConvolutionAttributes attributes,
               convolution_attributes(context, image, weights));
  return context.emit(kind, {image, weights}, attributes);
}

}  // namespace

Result<ConvolutionAttributes> convolution_attributes(const NodeContext& context, Value image,
                                                     Value weights) {
  SLIMC_TRY(context.expect_nhwc());
  SLIMC_TRY(context.expect_rank(image, 4));
  SLIMC_TRY(context.expect_rank(weights, 4));
  SLIMC_ASSIGN(const Extent stride, window_attribute(context, "strides", true));
  SLIMC_ASSIGN(const Extent dilation, window_attribute(context, "dilations", false));
  const Extent kernel{context.shape(weights)[0], context.shape(weights)[1]};
  SLIMC_ASSIGN(const Padding padding,
               window_padding(context, context.shape(image), kernel, stride, dilation));
  ConvolutionAttributes attributes;
  attributes.stride_h = stride.h;
  attributes.stride_w = stride.w;
  attributes.dilation_h = dilation.h;
  attributes.dilation_w = dilation.w;
  attributes.padding = padding;
  return attributes;
}

Result<Imported> convert_conv2d(NodeContext& context) {
  return convert_convolution(context, OpKind::Conv2D);
}

Result<Imported> convert_depthwise_conv2d(NodeContext& context) {
  return convert_convolution(context, OpKind::DepthwiseConv2D);
}

}  // namespace slimc::frontend
