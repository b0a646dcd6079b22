// What a caller may hand in by mistake, and how that is told.
#pragma once

#include <stdint.h>

namespace slimc {

// Whether a pointer cannot be one to a T: some processors trap when they read through it.
template <typename T>
inline bool misaligned(const T* pointer) {
  return reinterpret_cast<uintptr_t>(pointer) % alignof(T) != 0;
}

// Of pointers that may be null, a bit for each that is not.
template <typename T, int count>
inline uint32_t not_null(T* const (&pointers)[count]) {
  uint32_t bits = 0;
  for (int i = 0; i < count; ++i) {
    if (pointers[i] != nullptr) bits |= uint32_t{1} << i;
  }
  return bits;
}

template <typename T, int count>
inline bool any_misaligned(T* const (&pointers)[count]) {
  for (T* pointer : pointers) {
    if (misaligned(pointer)) return true;
  }
  return false;
}

// The words for a status, which may be a number that is none.
template <int count>
inline const char* words_of(const char* const (&words)[count], int status, const char* otherwise) {
  return status >= 0 && status < count ? words[status] : otherwise;
}

}  // namespace slimc
