#include "frontend/onnx/convert/converters.h"
#include "frontend/onnx/convert/window.h"

namespace slimc::frontend::onnx {
namespace {

// Expanding groups to zeros must not take more memory than any network of the family has weights.
constexpr std::int64_t kMaxExpanded = std::int64_t{1} << 26;

// [co,ci,kh,kw] -> [kh,kw,ci,co]; channels of a group are `per_group`, and the input has more.
Tensor dense_weights(const Tensor& weights, std::int64_t groups) {
  const std::int64_t co = weights.shape[0], per_group = weights.shape[1];
  const std::int64_t pixels = weights.shape[2] * weights.shape[3];
  const std::int64_t ci = per_group * groups, outputs = co / groups;
  Tensor result{Shape{weights.shape[2], weights.shape[3], ci, co},
                std::vector<float>(static_cast<std::size_t>(pixels * ci * co))};
  for (std::int64_t o = 0; o < co; ++o) {
    for (std::int64_t i = 0; i < per_group; ++i) {
      const std::int64_t input = o / outputs * per_group + i;
      for (std::int64_t p = 0; p < pixels; ++p) {
        result.data[static_cast<std::size_t>((p * ci + input) * co + o)] =
            weights.data[static_cast<std::size_t>((o * per_group + i) * pixels + p)];
      }
    }
  }
  return result;
}

// [ci*m,1,kh,kw] -> [kh,kw,ci,m]: output ci*m + j is of channel ci in both.
Tensor depthwise_weights(const Tensor& weights, std::int64_t channels) {
  const std::int64_t co = weights.shape[0];
  const std::int64_t pixels = weights.shape[2] * weights.shape[3];
  Tensor result{Shape{weights.shape[2], weights.shape[3], channels, co / channels},
                std::vector<float>(weights.data.size())};
  for (std::int64_t o = 0; o < co; ++o) {
    for (std::int64_t p = 0; p < pixels; ++p) {
      result.data[static_cast<std::size_t>(p * co + o)] =
          weights.data[static_cast<std::size_t>(o * pixels + p)];
    }
  }
  return result;
}

Result<View> convolve(NodeContext& context) {
  SLIMC_ASSIGN(const View image, context.image(0));
  SLIMC_ASSIGN(const FloatTensor weights, context.floats(1));
  SLIMC_ASSIGN(const std::int64_t groups, context.integer("group", 1));
  const std::int64_t channels = image.dims[1];
  const Shape& stored = weights->shape;
  if (stored.rank() != 4 || groups < 1 || groups > channels || channels % groups != 0 ||
      stored[1] != channels / groups || stored[0] % groups != 0) {
    return context.fail(fmt::format(
        "its weights '{}' {} with group {} do not fit an input {} "
        "[n,c,h,w]; expected [co,{},kh,kw]",
        context.input_name(1), stored.to_string(), groups, image.shape().to_string(),
        groups >= 1 && channels % groups == 0 ? std::to_string(channels / groups) : "c/group"));
  }
  SLIMC_ASSIGN(const Extent kernel, extent(context, "kernel_shape", Extent{stored[2], stored[3]}));
  if (kernel.h != stored[2] || kernel.w != stored[3]) {
    return context.fail(fmt::format("its kernel_shape is {}x{}; its weights are {}", kernel.h,
                                    kernel.w, stored.to_string()));
  }
  SLIMC_ASSIGN(const Window window, read_window(context, image, kernel));
  const bool is_depthwise = groups == channels && (channels > 1 || stored[0] == 1);
  if (!is_depthwise && groups > 1) {
    if (stored.elements() > kMaxExpanded / groups) {
      return context.fail(
          fmt::format("has {} groups, too many to be expanded to a dense kernel", groups));
    }
    context.state().reader.say_once(
        "has convolutions in groups that are not depthwise; slimc computes them as dense ones with "
        "zeros between the groups");
  }
  const bool as_depthwise = is_depthwise && channels > 1;
  SLIMC_ASSIGN(const Value kernel_value,
               context.constant(context.node().input(1), as_depthwise ? "hwcm" : "hwio",
                                as_depthwise ? depthwise_weights(*weights, channels)
                                             : dense_weights(*weights, groups)));
  std::vector<Value> inputs = {image.value, kernel_value};
  if (context.has_input(2)) {
    SLIMC_ASSIGN(const FloatTensor bias, context.floats(2));
    if (bias->shape != Shape{stored[0]}) {
      return context.fail(fmt::format("its bias '{}' is {}; expected [{}]", context.input_name(2),
                                      bias->shape.to_string(), stored[0]));
    }
    SLIMC_ASSIGN(const Value value, context.constant(context.node().input(2), "", *bias));
    inputs.push_back(value);
  }
  ConvolutionAttributes attributes;
  attributes.stride_h = window.stride.h;
  attributes.stride_w = window.stride.w;
  attributes.dilation_h = window.dilation.h;
  attributes.dilation_w = window.dilation.w;
  attributes.padding = window.padding;
  SLIMC_ASSIGN(const Value result,
               context.emit(as_depthwise ? OpKind::DepthwiseConv2D : OpKind::Conv2D,
                            std::move(inputs), attributes));
  return image_view(result, context.op(result).shape);
}

}  // namespace

Result<Imported> convert_conv(NodeContext& context) {
  SLIMC_ASSIGN(View result, convolve(context));
  return Imported(std::move(result));
}

// ONNX Runtime's optimiser puts the activation behind a convolution into it.
Result<Imported> convert_fused_conv(NodeContext& context) {
  if (context.has_input(3)) {
    return context.fail("adds another tensor to its result (input 3), which slimc does not do");
  }
  SLIMC_ASSIGN(const View result, convolve(context));
  SLIMC_ASSIGN(const std::string name, context.text("activation", ""));
  SLIMC_ASSIGN(const std::vector<float> values, context.number_list("activation_params"));
  const auto value = [&](std::size_t i, float otherwise) {
    return i < values.size() ? values[i] : otherwise;
  };
  Result<View> activated = result;
  if (name == "Relu") {
    activated = clip(context, result, 0, std::numeric_limits<float>::infinity());
  } else if (name == "Clip" && values.size() == 2) {
    activated = clip(context, result, values[0], values[1]);
  } else if (name == "LeakyRelu") {
    activated = activate(context, result, {Activation::LeakyRelu, value(0, 0.01f)});
  } else if (name == "HardSigmoid") {
    activated =
        activate(context, result, {Activation::HardSigmoid, value(0, 0.2f), value(1, 0.5f)});
  } else if (name == "Sigmoid") {
    activated = activate(context, result, {Activation::Sigmoid});
  } else if (name == "Tanh") {
    activated = activate(context, result, {Activation::Tanh});
  } else if (!name.empty()) {
    return context.fail(fmt::format("its activation is '{}', which slimc does not know", name));
  }
  if (!activated) return Failure(std::move(activated).error());
  return Imported(std::move(*activated));
}

}  // namespace slimc::frontend::onnx
