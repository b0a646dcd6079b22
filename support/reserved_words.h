// Names that cannot be used, and why.
#pragma once

#include <string>

namespace slimc {

// Keywords of C23 and C++23, what the implementation keeps for itself, and macros of systems'
// headers: no member of a struct can be called so.
bool is_reserved_word(const std::string& identifier);

// Why no library can be called so, as what `name` "is" or "has": "is a keyword of C or C++". Empty
// if one can. A library NAME has the functions NAME_create, ..., the macros NAME_BATCH, ... in
// capitals, and the files NAME.h and libNAME.a, so it must not take what is another's of those.
std::string why_no_library(const std::string& name);

}  // namespace slimc
