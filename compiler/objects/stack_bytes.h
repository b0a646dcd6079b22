// How much stack a library needs, by the frames of its functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "compiler/objects/stack_frames.h"

namespace slimc {

// What a call of any function of NAME.o takes, with these largest of a kernel's frames: no function
// of the library recurses, stages call one kernel each, and not each other. So: all functions but
// the stages', the largest stage's, the kernel. Functions of libc and libm are not included.
std::int64_t stack_bound(const StackFrames& code, std::int64_t kernel);

// All functions of a kernel's object; `unused` are those whose names end so.
std::int64_t kernel_stack(const StackFrames& frames, std::string_view unused);

}  // namespace slimc
