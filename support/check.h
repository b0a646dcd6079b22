// Assertions that stay in release builds: for invariants of slimc itself, never for user's input.
#pragma once

#include <string>

namespace slimc {

// Prints the place and the message, then aborts.
[[noreturn]] void check_failed(const char* file, int line, const std::string& message);

}  // namespace slimc

// The message is evaluated only when the condition is false.
#define SLIMC_CHECK(condition, message)                                     \
  do {                                                                      \
    if (!(condition)) ::slimc::check_failed(__FILE__, __LINE__, (message)); \
  } while (false)
