// NAME.pc: what pkg-config needs to know of a generated library.
#pragma once

#include <string>

#include "compiler/codegen/target.h"

namespace slimc {

// The library `name` lies beside the file, wherever both are moved to.
std::string pkg_config_file(const std::string& name, const Target& target);

}  // namespace slimc
