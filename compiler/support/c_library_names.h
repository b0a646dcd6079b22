// Names that the headers of C libraries and systems take from a program, separated by spaces.
#pragma once

namespace slimc {

extern const char kCLibraryNames[];    // functions, objects, types and tags
extern const char kMacros[];           // with small letters: no identifier of any kind can be these
extern const char kCapitalMacros[];    // without, of one word
extern const char kCapitalPrefixes[];  // the first words of those of several: "INT8" of INT8_MAX

}  // namespace slimc
