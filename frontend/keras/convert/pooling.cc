#include "frontend/keras/convert/converters.h"

namespace slimc::frontend {
namespace {

Result<Value> convert_pooling(LayerContext& context, OpKind kind) {
  SLIMC_TRY(context.expect_channels_last());
  SLIMC_TRY(context.expect_rank(4));
  SLIMC_ASSIGN(const Extent kernel, context.extent("pool_size", {2, 2}));
  SLIMC_ASSIGN(const Extent stride, context.extent("strides", kernel));
  PoolAttributes attributes;
  attributes.kernel_h = kernel.h;
  attributes.kernel_w = kernel.w;
  attributes.stride_h = stride.h;
  attributes.stride_w = stride.w;
  SLIMC_ASSIGN(attributes.padding, context.padding(kernel, stride));
  return context.emit(kind, {context.input()}, attributes);
}

Result<Value> convert_global_pooling(LayerContext& context, OpKind kind) {
  SLIMC_TRY(context.expect_channels_last());
  SLIMC_TRY(context.expect_rank(4));
  SLIMC_ASSIGN(const bool keep_dims, context.flag("keepdims", false));
  return context.emit(kind, {context.input()}, ReduceAttributes{keep_dims});
}

}  // namespace

Result<Value> convert_average_pooling_layer(LayerContext& context) {
  return convert_pooling(context, OpKind::AvgPool);
}

Result<Value> convert_max_pooling_layer(LayerContext& context) {
  return convert_pooling(context, OpKind::MaxPool);
}

Result<Value> convert_global_average_pooling_layer(LayerContext& context) {
  return convert_global_pooling(context, OpKind::Mean);
}

Result<Value> convert_global_max_pooling_layer(LayerContext& context) {
  return convert_global_pooling(context, OpKind::Max);
}

}  // namespace slimc::frontend
