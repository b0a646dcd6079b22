#include "frontend/keras/convert/converters.h"

#include <unordered_map>

namespace slimc::frontend {

LayerConverter find_layer_converter(const std::string& class_name) {
  static const std::unordered_map<std::string, LayerConverter> catalogue = {
      {"Activation", convert_activation_layer},
      {"ActivityRegularization", convert_training_layer},
      {"Add", convert_operation},
      {"AlphaDropout", convert_training_layer},
      {"AveragePooling2D", convert_average_pooling_layer},
      {"BatchNormalization", convert_batch_normalization_layer},
      {"BatchNormalizationV1", convert_batch_normalization_layer},
      {"BatchNormalizationV2", convert_batch_normalization_layer},
      {"Cast", convert_operation},
      {"CenterCrop", convert_resizing_layer},
      {"Conv2D", convert_conv2d_layer},
      {"Cropping2D", convert_cropping_layer},
      {"Dense", convert_dense_layer},
      {"DepthwiseConv2D", convert_depthwise_conv2d_layer},
      {"Divide", convert_operation},
      {"Dropout", convert_training_layer},
      {"ELU", convert_elu_layer},
      {"Elu", convert_operation},
      {"Flatten", convert_flatten_layer},
      {"GaussianDropout", convert_training_layer},
      {"GaussianNoise", convert_training_layer},
      {"GlobalAveragePooling2D", convert_global_average_pooling_layer},
      {"GlobalMaxPooling2D", convert_global_max_pooling_layer},
      {"HardSigmoid", convert_operation},
      {"HardSilu", convert_operation},
      {"Identity", convert_training_layer},
      {"LeakyReLU", convert_leaky_relu_layer},
      {"LeakyRelu", convert_operation},
      {"MaxPooling2D", convert_max_pooling_layer},
      {"Multiply", convert_operation},
      {"Normalization", convert_normalization_layer},
      {"Permute", convert_permute_layer},
      {"RandomBrightness", convert_training_layer},
      {"RandomColorDegeneration", convert_training_layer},
      {"RandomColorJitter", convert_training_layer},
      {"RandomContrast", convert_training_layer},
      {"RandomCrop", convert_resizing_layer},
      {"RandomElasticTransform", convert_training_layer},
      {"RandomErasing", convert_training_layer},
      {"RandomFlip", convert_training_layer},
      {"RandomGaussianBlur", convert_training_layer},
      {"RandomGrayscale", convert_training_layer},
      {"RandomHeight", convert_training_layer},
      {"RandomHue", convert_training_layer},
      {"RandomInvert", convert_training_layer},
      {"RandomPerspective", convert_training_layer},
      {"RandomPosterization", convert_training_layer},
      {"RandomRotation", convert_training_layer},
      {"RandomSaturation", convert_training_layer},
      {"RandomSharpness", convert_training_layer},
      {"RandomShear", convert_training_layer},
      {"RandomTranslation", convert_training_layer},
      {"RandomWidth", convert_training_layer},
      {"RandomZoom", convert_training_layer},
      {"ReLU", convert_relu_layer},
      {"Relu", convert_operation},
      {"Relu6", convert_operation},
      {"Rescaling", convert_rescaling_layer},
      {"Reshape", convert_reshape_layer},
      {"Resizing", convert_resizing_layer},
      {"SeparableConv2D", convert_separable_conv2d_layer},
      {"Sigmoid", convert_operation},
      {"Silu", convert_operation},
      {"Softmax", convert_softmax_layer},
      {"SpatialDropout2D", convert_training_layer},
      {"Subtract", convert_operation},
      {"TFOpLambda", convert_tf_op_lambda},
      {"Tanh", convert_operation},
      {"TensorFlowOpLayer", convert_tensorflow_op_layer},
      {"TrueDivide", convert_operation},
      {"ZeroPadding2D", convert_zero_padding_layer},
  };
  const auto it = catalogue.find(class_name);
  return it == catalogue.end() ? nullptr : it->second;
}

bool is_arithmetic_layer(const std::string& class_name) {
  const LayerConverter converter = find_layer_converter(class_name);
  return converter == convert_operation || converter == convert_tf_op_lambda ||
         converter == convert_tensorflow_op_layer;
}

std::string hint_for_class(const std::string& class_name) {
  if (class_name == "Lambda") {
    return ": it holds Python code; scaling can be a Rescaling layer in its place, and "
           "--input-node lets the network begin behind it";
  }
  if (class_name == "SlicingOpLambda" || class_name == "GetItem") {
    return ": where it swaps red and blue (preprocess_input of the caffe kind), --input-node lets "
           "the network begin behind it, with --order bgr";
  }
  if (class_name == "PReLU") return ": its slopes are weights; slimc reads ReLU and LeakyReLU";
  if (class_name == "TFSMLayer") return ": give slimc the SavedModel itself";
  if (class_name == "Convolution2D") return ": it is Keras 1's";
  return "";
}

}  // namespace slimc::frontend
