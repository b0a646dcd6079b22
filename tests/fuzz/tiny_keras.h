// A Keras model of a few weights, as slimc-hdf5 hands it on.
#pragma once

#include <string>

#include "frontend/keras/hdf5/tree.pb.h"

namespace slimc::fuzz {

// The attribute model_config: one layer of every kind that MobileNet has.
std::string tiny_keras_config();

// All groups and weights, and `config`; no config for a file of weights alone.
hdf5::Tree tiny_keras_tree(const std::string& config);

}  // namespace slimc::fuzz
