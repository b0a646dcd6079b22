#include "frontend/tflite/convert/converters.h"
#include "frontend/tflite/convert/window.h"

namespace slimc::frontend::tflite {
namespace {

// As in TensorFlow, an average counts the pixels inside the image only.
Result<Value> convert_pool(OpContext& context, OpKind kind) {
  SLIMC_ASSIGN(const auto* options, context.options<schema::Pool2DOptions>());
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_TRY(context.expect_rank(image, 4));
  SLIMC_ASSIGN(const Extent kernel,
               extent(context, "window", options->filter_height(), options->filter_width()));
  SLIMC_ASSIGN(const Extent stride,
               extent(context, "stride", options->stride_h(), options->stride_w()));
  PoolAttributes attributes;
  attributes.kernel_h = kernel.h;
  attributes.kernel_w = kernel.w;
  attributes.stride_h = stride.h;
  attributes.stride_w = stride.w;
  SLIMC_ASSIGN(attributes.padding,
               window_padding(context, options->padding(), context.shape(image), kernel, stride));
  SLIMC_ASSIGN(const Value result, context.emit(kind, {image}, attributes));
  return context.activate(result, options->fused_activation_function());
}

}  // namespace

Result<Imported> convert_average_pool_2d(OpContext& context) {
  return convert_pool(context, OpKind::AvgPool);
}

Result<Imported> convert_max_pool_2d(OpContext& context) {
  return convert_pool(context, OpKind::MaxPool);
}

}  // namespace slimc::frontend::tflite
