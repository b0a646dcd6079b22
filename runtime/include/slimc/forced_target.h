// A target that somebody asks for by name, to test a library of several on one machine.
#pragma once

#include <stddef.h>

namespace slimc {

#define SLIMC_TEXT_OF(x) #x
#define SLIMC_TEXT(x) SLIMC_TEXT_OF(x)
extern "C" char* slimc_getenv(const char* name) __asm__(SLIMC_TEXT(__USER_LABEL_PREFIX__) "getenv");
#undef SLIMC_TEXT
#undef SLIMC_TEXT_OF

// What the environment variable SLIMC_TARGET says; null where it is not set or empty.
static inline const char* forced_target() {
  const char* name = slimc_getenv("SLIMC_TARGET");
  return name != nullptr && *name != 0 ? name : nullptr;
}

static inline bool same_text(const char* a, const char* b) {
  while (*a != 0 && *a == *b) ++a, ++b;
  return *a == *b;
}

// Null if there is none of that name.
template <typename Code, size_t count>
static inline const Code* find_target(const Code (&codes)[count], const char* name) {
  for (const Code& code : codes) {
    if (same_text(code.target, name)) return &code;
  }
  return nullptr;
}

}  // namespace slimc
