// A Keras model of a few weights, as slimc-hdf5 hands it on.
#pragma once

#include <string>

#include "frontend/keras/hdf5/tree.pb.h"

namespace slimc::fuzz {

// The attribute model_config: one layer of every kind that MobileNet has.
std::string tiny_keras_config();

// One of Keras 3's: a model in a model, operations with constants, activations, two outputs.
std::string tiny_keras_operations();

// All groups and weights, and `config`; no config for a file of weights alone.
hdf5::Tree tiny_keras_tree(const std::string& config);

// The same weights as model.weights.h5 of a .keras has them.
hdf5::Tree tiny_keras_state();

// A .keras archive.
std::string tiny_keras_archive(const std::string& config, const std::string& weights);

}  // namespace slimc::fuzz
