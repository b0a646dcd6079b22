// NAME.weights: the weights of a library in a file of their own (docs/formats.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/build/codegen.h"

namespace slimc {

struct WeightsFile {
  struct Section {
    std::uint64_t offset = 0, bytes = 0, checksum = 0;
  };
  std::string bytes;
  std::uint64_t header_checksum = 0;
  std::vector<Section> sections;  // like library.targets
};

WeightsFile write_weights_file(const Library& library);

}  // namespace slimc
