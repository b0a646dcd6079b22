// Which of Apple's systems an object is for, said in the object itself.
#pragma once

#include <string>

namespace slimc {

// The Mach-O object with a load command that names the system and its least version, which
// `triple` has; unchanged if it holds one. Halide's objects have none: Apple's linker then guesses
// and warns.
std::string with_platform(std::string object, const std::string& triple);

}  // namespace slimc
