// What a library's own identifiers and macros end with.
#pragma once

#include <string_view>

namespace slimc {

// Separated by spaces. In small letters behind NAME, in capitals behind NAME in capitals. Without
// what outputs are called: NAME_OUTPUT_..._SIZE and NAME_OUTPUT_..._NAME.
extern const std::string_view kLibrarySuffixes;

}  // namespace slimc
