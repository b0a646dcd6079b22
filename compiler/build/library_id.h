// Which compile the files of a library are from: NAME.h, NAME.cc and the archive hold the same
// number.
#pragma once

#include <cstdint>

#include "compiler/build/compile_options.h"
#include "compiler/plan/library.h"

namespace slimc {

// Of all that decides the library but the programs that are run: equal inputs give equal numbers.
// The plans, labels and the like must be in it, and no id yet, nor the bytes of stack, which are
// known when the code is compiled; its texts and objects are not looked at.
std::uint64_t library_id(const Library& library, Scheduler scheduler);

}  // namespace slimc
