// What slimc does to objects where that depends on their format: a row each.
#pragma once

#include <string>

#include "compiler/targets/platform.h"
#include "support/result.h"

namespace slimc {

struct ObjectEditor {
  ObjectFormat format;
  // C's names have a '_' in front, in code of so many bits.
  bool (*has_underscores)(int bits);
  // Global definitions stay so for the linker, but a shared library does not export them.
  Result<void> (*hide_symbols)(std::string& object);
  // Whether slimc knows the format for code of so many bits.
  bool (*edits)(int bits);
};

// The row for the object's format; or, in words, that the bytes are no object, or one of a format
// that slimc does not know.
Result<const ObjectEditor*> editor_of(const std::string& object);

}  // namespace slimc
