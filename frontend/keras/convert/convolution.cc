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

Result<Value> add_bias_and_activation(LayerContext& context, Value value,
                                      const OwnActivation& names) {
  SLIMC_ASSIGN(const bool use_bias, context.flag("use_bias", true));
  if (use_bias) {
    SLIMC_ASSIGN(const Value bias, context.weight({"bias"}, Shape{context.shape(value)[3]}));
    SLIMC_ASSIGN(value, context.emit(OpKind::BiasAdd, {value, bias}, {}, "/BiasAdd"));
  }
  return apply_activation(context, value, names);
}

Result<std::int64_t> read_filters(const LayerContext& context) {
  if (context.find("filters") == nullptr) return context.fail("has no filters");
  return context.integer("filters", 1);
}

// Zeros where a filter does not read a channel.
Result<Tensor> without_groups(const LayerContext& context, const Tensor& kernel,
                              std::int64_t groups) {
  constexpr std::int64_t kMostElements = std::int64_t{1} << 26;
  const std::int64_t taps = kernel.shape[0] * kernel.shape[1];
  const std::int64_t inputs = kernel.shape[2], filters = kernel.shape[3];
  if (kernel.shape.elements() > kMostElements / groups) {
    return context.fail(
        fmt::format("has {} groups; without them its weights are more than slimc "
                    "reads",
                    groups));
  }
  Tensor dense{Shape{kernel.shape[0], kernel.shape[1], inputs * groups, filters}, {}};
  dense.data.resize(static_cast<std::size_t>(dense.shape.elements()));
  for (std::int64_t tap = 0; tap < taps; ++tap) {
    for (std::int64_t i = 0; i < inputs; ++i) {
      for (std::int64_t f = 0; f < filters; ++f) {
        const std::int64_t channel = f / (filters / groups) * inputs + i;
        dense.data[static_cast<std::size_t>((tap * inputs * groups + channel) * filters + f)] =
            kernel.data[static_cast<std::size_t>((tap * inputs + i) * filters + f)];
      }
    }
  }
  return dense;
}

}  // namespace

Result<Value> convert_conv2d_layer(LayerContext& context) {
  SLIMC_ASSIGN(const Window window, read_window(context));
  SLIMC_ASSIGN(const std::int64_t filters, read_filters(context));
  SLIMC_ASSIGN(const std::int64_t groups, context.integer("groups", 1));
  SLIMC_ASSIGN(const OwnActivation names, own_activation(context));
  const std::int64_t channels = context.input_shape()[3];
  if (channels % groups != 0 || filters % groups != 0) {
    return context.fail(
        fmt::format("has {} groups, of which {} channels and {} filters are no "
                    "multiples",
                    groups, channels, filters));
  }
  const Shape shape{window.kernel.h, window.kernel.w, channels / groups, filters};
  OpKind kind = OpKind::Conv2D;
  Value weights;
  if (groups == 1) {
    SLIMC_ASSIGN(weights, context.weight({"kernel"}, shape));
  } else if (groups == channels) {
    SLIMC_ASSIGN(Tensor kernel, context.read_weight({"kernel"}, shape));
    // Filter g * m + j of group g is the j-th of channel g: the order of a depthwise's weights.
    kernel.shape = Shape{shape[0], shape[1], channels, filters / channels};
    weights = context.constant("/kernel", std::move(kernel));
    kind = OpKind::DepthwiseConv2D;
  } else {
    SLIMC_ASSIGN(const Tensor kernel, context.read_weight({"kernel"}, shape));
    SLIMC_ASSIGN(Tensor dense, without_groups(context, kernel, groups));
    weights = context.constant("/kernel", std::move(dense));
  }
  SLIMC_ASSIGN(const Value result,
               context.emit(kind, {context.input(), weights}, window.attributes, names.inner));
  return add_bias_and_activation(context, result, names);
}

Result<Value> convert_depthwise_conv2d_layer(LayerContext& context) {
  SLIMC_ASSIGN(const Window window, read_window(context));
  SLIMC_ASSIGN(const std::int64_t multiplier, context.integer("depth_multiplier", 1));
  // "kernel" in Keras 3.
  SLIMC_ASSIGN(const Value weights, context.weight({"depthwise_kernel", "kernel"},
                                                   {window.kernel.h, window.kernel.w,
                                                    context.input_shape()[3], multiplier}));
  SLIMC_ASSIGN(const OwnActivation names, own_activation(context));
  SLIMC_ASSIGN(const Value result, context.emit(OpKind::DepthwiseConv2D, {context.input(), weights},
                                                window.attributes, names.inner));
  return add_bias_and_activation(context, result, names);
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
  SLIMC_ASSIGN(const OwnActivation names, own_activation(context));
  SLIMC_ASSIGN(const Value result, context.emit(OpKind::Conv2D, {depthwise, pointwise_weights},
                                                ConvolutionAttributes{}, names.inner));
  return add_bias_and_activation(context, result, names);
}

}  // namespace slimc::frontend
