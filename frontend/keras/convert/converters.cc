#include "frontend/keras/convert/converters.h"

#include <unordered_map>

namespace slimc::frontend {

LayerConverter find_layer_converter(const std::string& class_name) {
  static const std::unordered_map<std::string, LayerConverter> catalogue = {
      {"Activation", convert_activation_layer},
      {"AveragePooling2D", convert_average_pooling_layer},
      {"BatchNormalization", convert_batch_normalization_layer},
      {"BatchNormalizationV1", convert_batch_normalization_layer},
      {"BatchNormalizationV2", convert_batch_normalization_layer},
      {"Conv2D", convert_conv2d_layer},
      {"Dense", convert_dense_layer},
      {"DepthwiseConv2D", convert_depthwise_conv2d_layer},
      {"Dropout", convert_dropout_layer},
      {"Flatten", convert_flatten_layer},
      {"GaussianDropout", convert_dropout_layer},
      {"GaussianNoise", convert_dropout_layer},
      {"GlobalAveragePooling2D", convert_global_average_pooling_layer},
      {"GlobalMaxPooling2D", convert_global_max_pooling_layer},
      {"MaxPooling2D", convert_max_pooling_layer},
      {"RandomContrast", convert_dropout_layer},
      {"RandomFlip", convert_dropout_layer},
      {"RandomRotation", convert_dropout_layer},
      {"RandomTranslation", convert_dropout_layer},
      {"RandomZoom", convert_dropout_layer},
      {"ReLU", convert_relu_layer},
      {"Rescaling", convert_rescaling_layer},
      {"Reshape", convert_reshape_layer},
      {"SeparableConv2D", convert_separable_conv2d_layer},
      {"Softmax", convert_softmax_layer},
      {"SpatialDropout2D", convert_dropout_layer},
      {"ZeroPadding2D", convert_zero_padding_layer},
  };
  const auto it = catalogue.find(class_name);
  return it == catalogue.end() ? nullptr : it->second;
}

}  // namespace slimc::frontend
