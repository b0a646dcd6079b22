// The long forms of tests that draw what they try: how much, and from where, is in the environment.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace slimc::testing {

inline std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace slimc::testing
