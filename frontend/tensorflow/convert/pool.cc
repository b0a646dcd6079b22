#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/convert/window.h"

namespace slimc::frontend {
namespace {

Result<Imported> convert_pool(NodeContext& context, OpKind kind) {
  SLIMC_TRY(context.expect_nhwc());
  SLIMC_ASSIGN(const Value image, context.tensor(0));
  SLIMC_TRY(context.expect_rank(image, 4));
  SLIMC_ASSIGN(const Extent kernel, window_attribute(context, "ksize", true));
  SLIMC_ASSIGN(const Extent stride, window_attribute(context, "strides", true));
  SLIMC_ASSIGN(const Padding padding,
               window_padding(context, context.shape(image), kernel, stride, Extent{}));
  PoolAttributes attributes;
  attributes.kernel_h = kernel.h;
  attributes.kernel_w = kernel.w;
  attributes.stride_h = stride.h;
  attributes.stride_w = stride.w;
  attributes.padding = padding;
  return context.emit(kind, {image}, attributes);
}

}  // namespace

Result<Imported> convert_avg_pool(NodeContext& context) {
  return convert_pool(context, OpKind::AvgPool);
}

Result<Imported> convert_max_pool(NodeContext& context) {
  return convert_pool(context, OpKind::MaxPool);
}

}  // namespace slimc::frontend
