// The load commands of a Mach-O object: <mach-o/loader.h>.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "support/result.h"

namespace slimc {

struct LoadCommands {
  std::vector<std::size_t> offsets;  // in the object, in their order
  std::size_t end = 0;               // of the last
};

// Fails where the object is not 64-bit Mach-O or a command does not lie in it.
Result<LoadCommands> load_commands(const std::string& object);

}  // namespace slimc
