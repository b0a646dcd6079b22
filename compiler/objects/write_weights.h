// The weights of a target as an object of their own, through LLVM.
#pragma once

#include <string>

#include "compiler/targets/target.h"
#include "support/result.h"

namespace slimc {

// One hidden constant of 64-byte alignment, `symbol`, whatever the target. `weights`: its bytes.
Result<std::string> write_weights_object(const std::string& symbol, const std::string& weights,
                                         const Target& target);

}  // namespace slimc
