// Names that a C or C++ program cannot use.
#pragma once

#include <string>

namespace slimc {

// Keywords of C17 and C++20, what the implementation keeps for itself, and what the generated
// source needs.
bool is_reserved_word(const std::string& identifier);

}  // namespace slimc
