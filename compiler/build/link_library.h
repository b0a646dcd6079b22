// What happens to a library behind its kernels.
#pragma once

#include <string>
#include <vector>

#include "compiler/build/compile_libraries.h"

namespace slimc {

// The archive of the library's kernels and these objects; the kernels' own bytes are dropped.
// `code` is NAME.o, `weights` is like library.targets.
Result<void> link_library(CompiledLibrary& library, std::string code,
                          std::vector<std::string> weights, const Toolchain& tools);

}  // namespace slimc
