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

// Whether it is an operation on tensors and constants (TFOpLambda, Keras 3's operations), which
// reads its arguments off the call.
bool is_arithmetic_layer(const std::string& class_name);

// What a user can do about a class that slimc does not read, to go behind that; may be empty.
std::string hint_for_class(const std::string& class_name);

// activation.cc
Result<Value> convert_activation_layer(LayerContext& context);
Result<Value> convert_relu_layer(LayerContext& context);
Result<Value> convert_softmax_layer(LayerContext& context);
Result<Value> convert_leaky_relu_layer(LayerContext& context);
Result<Value> convert_elu_layer(LayerContext& context);
// An operation of Keras 3 or of TensorFlow that is such a function.
Result<Value> convert_activation_operation(LayerContext& context, const std::string& function);

// Whether the function that a layer's config names, if any, is one that slimc reads.
Result<void> check_activation(const LayerContext& context);

// The function that a layer applies to its own result; `linear` where it names none. What is listed
// under the layer's name has to be its result, so names depend on whether the function becomes part
// of the stage in front of it (all but softmax, whose argument is "LAYER/logits").
struct OwnActivation {
  std::string inner;  // suffix of the op in front of the function
  std::string outer;  // suffix of the function's op
};
Result<OwnActivation> own_activation(const LayerContext& context);
Result<Value> apply_activation(LayerContext& context, Value value, const OwnActivation& names);

// arithmetic.cc
Result<Value> convert_tf_op_lambda(LayerContext& context);
Result<Value> convert_tensorflow_op_layer(LayerContext& context);
Result<Value> convert_operation(LayerContext& context);

// convolution.cc
Result<Value> convert_conv2d_layer(LayerContext& context);
Result<Value> convert_depthwise_conv2d_layer(LayerContext& context);
Result<Value> convert_separable_conv2d_layer(LayerContext& context);

// dense.cc
Result<Value> convert_dense_layer(LayerContext& context);

// normalization.cc
Result<Value> convert_batch_normalization_layer(LayerContext& context);
Result<Value> convert_rescaling_layer(LayerContext& context);
Result<Value> convert_normalization_layer(LayerContext& context);

// pooling.cc
Result<Value> convert_average_pooling_layer(LayerContext& context);
Result<Value> convert_max_pooling_layer(LayerContext& context);
Result<Value> convert_global_average_pooling_layer(LayerContext& context);
Result<Value> convert_global_max_pooling_layer(LayerContext& context);

// shape.cc
Result<Value> convert_zero_padding_layer(LayerContext& context);
Result<Value> convert_reshape_layer(LayerContext& context);
Result<Value> convert_flatten_layer(LayerContext& context);
Result<Value> convert_permute_layer(LayerContext& context);
// Resizing and cropping to a size, where the image has it already.
Result<Value> convert_resizing_layer(LayerContext& context);
Result<Value> convert_cropping_layer(LayerContext& context);

// training.cc: layers that do nothing once a network is trained.
Result<Value> convert_training_layer(LayerContext& context);

}  // namespace slimc::frontend
