// The catalogue of Keras' layers that slimc reads: one function a class, or a family of classes, in
// the file of the family's name.
#pragma once

#include <string>

#include "frontend/keras/convert/layer_context.h"

namespace slimc::frontend {

// The layer's result.
using LayerConverter = Result<Value> (*)(LayerContext&);

// Null for classes that slimc does not know, and for InputLayer.
LayerConverter find_layer_converter(const std::string& class_name);

// activation.cc
Result<Value> convert_activation_layer(LayerContext& context);
Result<Value> convert_relu_layer(LayerContext& context);
Result<Value> convert_softmax_layer(LayerContext& context);
// The function that a layer applies to its own result; `linear` where it names none.
Result<Value> apply_activation(LayerContext& context, Value value);

// convolution.cc
Result<Value> convert_conv2d_layer(LayerContext& context);
Result<Value> convert_depthwise_conv2d_layer(LayerContext& context);
Result<Value> convert_separable_conv2d_layer(LayerContext& context);

// dense.cc
Result<Value> convert_dense_layer(LayerContext& context);

// normalization.cc
Result<Value> convert_batch_normalization_layer(LayerContext& context);
Result<Value> convert_rescaling_layer(LayerContext& context);

// pooling.cc
Result<Value> convert_average_pooling_layer(LayerContext& context);
Result<Value> convert_max_pooling_layer(LayerContext& context);
Result<Value> convert_global_average_pooling_layer(LayerContext& context);
Result<Value> convert_global_max_pooling_layer(LayerContext& context);

// shape.cc
Result<Value> convert_zero_padding_layer(LayerContext& context);
Result<Value> convert_reshape_layer(LayerContext& context);
Result<Value> convert_flatten_layer(LayerContext& context);

// training.cc: layers that do nothing once a network is trained.
Result<Value> convert_dropout_layer(LayerContext& context);

}  // namespace slimc::frontend
