// Names that the headers of C libraries and systems take from a program, separated by spaces.
// scripts/c_library_names.py reads them off a machine's headers.
#pragma once

#include <string_view>

namespace slimc {

// Functions, objects, types and tags.
extern const std::string_view kCLibraryNames;
// Macros with small letters: no identifier of any kind can be these.
extern const std::string_view kMacros;
// Names without, of one word or with a rare first one.
extern const std::string_view kCapitals;
// The first words of others in capitals: "INT8" of INT8_MAX.
extern const std::string_view kCapitalPrefixes;
// Those of all that end as a library's own: timer_create.
extern const std::string_view kSuffixed;

}  // namespace slimc
