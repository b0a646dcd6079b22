#include <fmt/format.h>

#include "frontend/keras/convert/converters.h"

namespace slimc::frontend {
namespace {

// What the three convolutions have in common.
struct Window {
  Extent kernel = {};
  ConvolutionAttributes attributes = {};
};

Result<Window> read_window(const LayerContext& context) {
  SLIMC_TRY(context.expect_channels_last());
  SLIMC_TRY(context.expect_rank(4));
  if (context.find("kernel_size") == nullptr) return context.fail("has no kernel_size");
  SLIMC_ASSIGN(const Extent kernel, context.extent("kernel_size", {}));
  SLIMC_ASSIGN(const Extent stride, context.extent("strides", {}));
  SLIMC_ASSIGN(const Extent dilation, context.extent("dilation_rate", {}));
  Window window{.kernel = kernel};
  window.attributes.stride_h = stride.h;
  window.attributes.stride_w = stride.w;
  window.attributes.dilation_h = dilation.h;
  window.attributes.dilation_w = dilation.w;
  SLIMC_ASSIGN(window.attributes.padding, context.padding(kernel, stride, dilation));
  return window;
}

Result<Value> add_bias_and_activation(LayerContext& context, Value value) {
  SLIMC_ASSIGN(const bool use_bias, context.flag("use_bias", true));
  if (use_bias) {
    SLIMC_ASSIGN(const Value bias, context.weight({"bias"}, Shape{context.shape(value)[3]}));
    SLIMC_ASSIGN(value, context.emit(OpKind::BiasAdd, {value, bias}, {}, "/BiasAdd"));
  }
  return apply_activation(context, value);
}

Result<std::int64_t> read_filters(const LayerContext& context) {
  if (context.find("filters") == nullptr) return context.fail("has no filters");
  return context.integer("filters", 1);
}

}  // namespace

Result<Value> convert_conv2d_layer(LayerContext& context) {
  SLIMC_ASSIGN(const Window window, read_window(context));
  SLIMC_ASSIGN(const std::int64_t filters, read_filters(context));
  SLIMC_ASSIGN(const std::int64_t groups, context.integer("groups", 1));
  if (groups != 1) {
    return context.fail(fmt::format("has {} groups; slimc reads convolutions of one", groups));
  }
  SLIMC_ASSIGN(const Value weights,
               context.weight({"kernel"}, {window.kernel.h, window.kernel.w,
                                           context.input_shape()[3], filters}));
  SLIMC_ASSIGN(const Value result,
               context.emit(OpKind::Conv2D, {context.input(), weights}, window.attributes));
  return add_bias_and_activation(context, result);
}

Result<Value> convert_depthwise_conv2d_layer(LayerContext& context) {
  SLIMC_ASSIGN(const Window window, read_window(context));
  SLIMC_ASSIGN(const std::int64_t multiplier, context.integer("depth_multiplier", 1));
  // "kernel" in Keras 3.
  SLIMC_ASSIGN(const Value weights, context.weight({"depthwise_kernel", "kernel"},
                                                   {window.kernel.h, window.kernel.w,
                                                    context.input_shape()[3], multiplier}));
  SLIMC_ASSIGN(const Value result, context.emit(OpKind::DepthwiseConv2D, {context.input(), weights},
                                                window.attributes));
  return add_bias_and_activation(context, result);
}

Result<Value> convert_separable_conv2d_layer(LayerContext& context) {
  SLIMC_ASSIGN(const Window window, read_window(context));
  SLIMC_ASSIGN(const std::int64_t filters, read_filters(context));
  SLIMC_ASSIGN(const std::int64_t multiplier, context.integer("depth_multiplier", 1));
  const std::int64_t channels = context.input_shape()[3];
  SLIMC_ASSIGN(const Value depthwise_weights,
               context.weight({"depthwise_kernel"},
                              {window.kernel.h, window.kernel.w, channels, multiplier}));
  SLIMC_ASSIGN(const Value pointwise_weights,
               context.weight({"pointwise_kernel"}, {1, 1, channels * multiplier, filters}));
  SLIMC_ASSIGN(const Value depthwise,
               context.emit(OpKind::DepthwiseConv2D, {context.input(), depthwise_weights},
                            window.attributes, "/depthwise"));
  SLIMC_ASSIGN(const Value result, context.emit(OpKind::Conv2D, {depthwise, pointwise_weights},
                                                ConvolutionAttributes{}));
  return add_bias_and_activation(context, result);
}

}  // namespace slimc::frontend
