// A TFLite model of a few weights.
#pragma once

#include <string>

namespace slimc::fuzz {

// One op of every kind that float MobileNets have; with `pool` false the mean is written out.
std::string tiny_tflite(bool pool);

// What TensorFlow 2 and later converters write: bytes as input, weights in fewer bits, computed
// shapes, a written-out softmax, element-wise heads, several outputs and a signature.
std::string tiny_tflite_of_tensorflow_2();

}  // namespace slimc::fuzz
