// How much stack the functions of an object take, read from their machine code.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "compiler/targets/target.h"
#include "support/result.h"

namespace slimc {

// Bytes, by the symbols' names.
using StackFrames = std::map<std::string, std::int64_t>;

// The most that each function of an object takes from the stack, return address included, without
// the functions it calls: the sum of all instructions that take some. A failure says why that is
// not known: the architecture has no reader, an amount is no constant, code is not understood.
Result<StackFrames> stack_frames(const std::string& object, const Target& target);

}  // namespace slimc
