// How much stack the functions of a library need, read from their machine code.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace slimc {

// The most that each function of an object takes from the stack, return address included, without
// the functions it calls: the sum of all instructions that take some. By the symbols' names.
// Nothing where an amount is not a constant, or code is not understood.
std::optional<std::map<std::string, std::int64_t>> stack_frames(const std::string& object,
                                                                const std::string& triple);

// What a call of any function of NAME.o takes, with these largest of a kernel's frames: no function
// of the library recurses, stages call one kernel each, and not each other. So: all functions but
// the stages', the largest stage's, the kernel. Functions of libc and libm are not included.
std::int64_t stack_bound(const std::map<std::string, std::int64_t>& code, std::int64_t kernel);

// All functions of a kernel's object; `unused` are those whose names end so.
std::int64_t kernel_stack(const std::map<std::string, std::int64_t>& frames,
                          std::string_view unused);

}  // namespace slimc
