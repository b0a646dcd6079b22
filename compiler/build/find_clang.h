// Which clang++ slimc calls.
#pragma once

#include <string>

#include "support/result.h"

namespace slimc {

// `wanted` if it is not empty, else $SLIMC_CLANG, clang++ or clang++-14 from PATH. A failure
// (Blame::Tool) says what to install.
Result<std::string> find_clang(const std::string& wanted);

}  // namespace slimc
