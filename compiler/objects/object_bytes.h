// Structures of an object where they stand in its bytes: LLVM's readers do not say where that is,
// and they write nothing. Little-endian, like the machines that slimc runs on.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>

#include "support/result.h"

namespace slimc {

template <typename T>
Result<T> read_at(const std::string& object, std::size_t at) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (at > object.size() || sizeof(T) > object.size() - at) {
    return fail({.message = "is cut short: byte " + std::to_string(at) + " begins a structure of " +
                            std::to_string(sizeof(T)) + " of an object of " +
                            std::to_string(object.size()),
                 .blame = Blame::Tool});
  }
  T value;
  std::memcpy(&value, object.data() + at, sizeof value);
  return value;
}

// Over what read_at() read there.
template <typename T>
void write_at(std::string& object, std::size_t at, const T& value) {
  std::memcpy(object.data() + at, &value, sizeof value);
}

}  // namespace slimc
