// Programs for systems that are not here, linked by LLVM's linkers against hand-written stand-ins
// for the systems' libraries: what they lack is what a library must not ask for.
#pragma once

#include <string>
#include <vector>

#include "compiler/targets/target_list.h"

namespace slimc::testing {

// What a library may take from the system, by C's names.
std::vector<std::string> functions_of(const ListedTarget& target);

// The program's bytes; a failure is what the compiler or the linker said.
Result<std::string> link_with_lld(const std::string& archive, const std::string& header,
                                  const ListedTarget& target);

}  // namespace slimc::testing
