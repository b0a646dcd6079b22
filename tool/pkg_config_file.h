// NAME.pc: what pkg-config needs to know of a generated library.
#pragma once

#include <string>

#include "compiler/plan/library.h"

namespace slimc {

// The library lies beside the file, wherever both are moved to.
std::string pkg_config_file(const Library& library);

}  // namespace slimc
