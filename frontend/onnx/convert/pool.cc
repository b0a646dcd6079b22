#include "frontend/onnx/convert/converters.h"
#include "frontend/onnx/convert/window.h"

namespace slimc::frontend::onnx {
namespace {

// Windows along one dimension that begin in front of the end, the last of which may reach beyond
// it.
std::int64_t leftover(std::int64_t in, std::int64_t before, std::int64_t after, std::int64_t kernel,
                      std::int64_t stride) {
  return (in + before + after - kernel) % stride;
}

Result<Imported> convert_pool(NodeContext& context, OpKind kind) {
  SLIMC_ASSIGN(const View image, context.image(0));
  if (!context.has_attribute("kernel_shape")) return context.fail("has no kernel_shape");
  SLIMC_ASSIGN(const Extent kernel, extent(context, "kernel_shape", {}));
  SLIMC_ASSIGN(const Window window, read_window(context, image, kernel));
  SLIMC_ASSIGN(const bool counts_padding, context.flag("count_include_pad", false));
  SLIMC_ASSIGN(const bool rounds_up, context.flag("ceil_mode", false));
  context.ignore({"storage_order"});  // of the second output
  if (window.dilation.h != 1 || window.dilation.w != 1) {
    return context.fail("its window has dilations, which slimc does not do");
  }
  const Padding& padding = window.padding;
  if (rounds_up &&
      (leftover(image.dims[2], padding.top, padding.bottom, kernel.h, window.stride.h) != 0 ||
       leftover(image.dims[3], padding.left, padding.right, kernel.w, window.stride.w) != 0)) {
    return context.fail(
        "rounds its size up (ceil_mode), with windows that reach beyond the image, which slimc "
        "does not do");
  }
  PoolAttributes attributes;
  attributes.kernel_h = kernel.h;
  attributes.kernel_w = kernel.w;
  attributes.stride_h = window.stride.h;
  attributes.stride_w = window.stride.w;
  Value value = image.value;
  if (counts_padding && kind == OpKind::AvgPool && padding != Padding{}) {
    SLIMC_ASSIGN(value, context.emit(OpKind::Pad, {value}, PadAttributes{padding}));
  } else {
    attributes.padding = padding;
  }
  SLIMC_ASSIGN(value, context.emit(kind, {value}, attributes));
  return Imported(image_view(value, context.op(value).shape));
}

}  // namespace

Result<Imported> convert_average_pool(NodeContext& context) {
  return convert_pool(context, OpKind::AvgPool);
}

Result<Imported> convert_max_pool(NodeContext& context) {
  return convert_pool(context, OpKind::MaxPool);
}

}  // namespace slimc::frontend::onnx
