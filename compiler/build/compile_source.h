// NAME.cc through clang++: freestanding, so that any target works without its sysroot.
#pragma once

#include <string>

#include "compiler/build/compile_options.h"
#include "support/result.h"

namespace slimc {

// The object. `name`: of the library. An empty header: the source is no network's.
Result<std::string> compile_source(const std::string& header, const std::string& source,
                                   const std::string& name, const Target& target,
                                   const Toolchain& tools);

}  // namespace slimc
