// NAME.weights: the weights of a library in a file of their own (docs/formats.md).
#pragma once

#include <string>

#include "compiler/plan/library.h"

namespace slimc {

struct WeightsFile {
  std::string bytes;
  WeightsFileLayout layout;
};

// Packs the weights of all targets.
WeightsFile write_weights_file(const Library& library);

}  // namespace slimc
