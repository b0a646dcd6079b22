// Names that the headers of C libraries and systems take from a program, separated by spaces.
// scripts/c_library_names.py reads them off a machine's headers.
#pragma once

namespace slimc {

extern const char kCLibraryNames[];    // functions, objects, types and tags
extern const char kMacros[];           // with small letters: no identifier of any kind can be these
extern const char kCapitals[];         // without, of one word or with a rare first one
extern const char kCapitalPrefixes[];  // the first words of others in capitals: "INT8" of INT8_MAX
extern const char kSuffixed[];         // those of all that end as a library's own: timer_create

}  // namespace slimc
