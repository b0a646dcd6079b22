// What a caller may hand in by mistake.
#pragma once

#include <stdint.h>

namespace slimc {

// Whether a pointer cannot be one to a T: some processors trap when they read through it.
template <typename T>
inline bool misaligned(const T* pointer) {
  return reinterpret_cast<uintptr_t>(pointer) % alignof(T) != 0;
}

}  // namespace slimc
