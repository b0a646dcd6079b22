// Which of Apple's systems an object is for, said in the object itself.
#pragma once

#include <string>

#include "compiler/targets/target.h"
#include "support/result.h"

namespace slimc {

// The Mach-O object with a load command that names the target's system and its least version;
// unchanged if it holds one. Halide's objects have none: Apple's linker then guesses and warns.
// Fails where the object is torn, or where it has a command that slimc does not know how to move.
Result<std::string> with_platform(std::string object, const Target& target);

}  // namespace slimc
