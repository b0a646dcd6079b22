// What the variables of a layer are called, and in which order Keras keeps them.
#pragma once

#include <string>
#include <vector>

#include "frontend/keras/model_config.h"

namespace slimc::frontend {

// The weights that Keras creates for a layer of this class and config, in the order in which it
// creates them, which is the order in which Keras 3 writes them; one element has all names that
// versions gave it. Nothing for classes without weights, and for those that slimc does not read.
std::vector<std::vector<std::string>> variables_of(const KerasLayer& layer);

}  // namespace slimc::frontend
