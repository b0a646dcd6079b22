// What a library's own identifiers and macros end with.
#pragma once

namespace slimc {

// Separated by spaces. In small letters behind NAME, in capitals behind NAME in capitals. Without
// what outputs are called: NAME_OUTPUT_..._SIZE and NAME_OUTPUT_..._NAME.
extern const char kLibrarySuffixes[];

}  // namespace slimc
