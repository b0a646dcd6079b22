// NAME.cc: the network as tables of constants, and the functions of NAME.h.
#pragma once

#include <string>

#include "compiler/plan/library.h"

namespace slimc {

std::string write_source(const Library& library);

}  // namespace slimc
