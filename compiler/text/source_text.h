// What the header and the source of a library have in common.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/plan/library.h"
#include "support/encode.h"

namespace slimc {

// The caller's memory: [instance | arena | scratch of thread 1, 2, ... | seat of thread 0, 1, ...].
// Thread 0 has its scratch in the arena. An instance is a struct that the generated source asserts
// to fit.
inline constexpr std::int64_t kMemoryAlignment = 64;
std::int64_t instance_bytes(const Plan& plan);
inline constexpr std::int64_t kSeatBytes = 64;  // sizeof(slimc::Seat)

// "mynet" -> "MYNET": the prefix of macros and enumerators.
std::string macro_prefix(const std::string& name);

// The function that checks the header; with another name where its parameters are others, so that
// no caller passes the one's to the other.
std::string checked_create_symbol(const Library& library);

// The namespace of all that NAME.cc has beside its public functions: "slimc::of_mynet".
std::string inner_scope(const Plan& plan);

// The same text with no line over 100 columns where a long name made one so: block comments are
// filled anew, lists in parentheses are continued below their first item, or on lines of their own.
std::string fit_columns(const std::string& text);

// `head` and the list behind it, in lines of 100 columns that begin where the list did.
std::string wrap_list(const std::string& head, const std::vector<std::string>& list,
                      const std::string& separator, const std::string& end);

// "4.95 MB", "569 million": for comments.
std::string bytes_text(std::int64_t bytes);
std::string count_text(std::int64_t count);

// "x86-64-v4, x86-64-v3 and x86-64": for comments.
std::string target_names(const Library& library);

// Whether there are pthreads, which Windows and targets without an operating system lack: there the
// caller's parallel-for can be the threads.
bool has_threads(const Library& library);
// Whether a library of several targets asks the environment which of them it should take.
bool asks_environment(const Library& library);
std::string threads_range(const Plan& plan);  // "1 to 64"

}  // namespace slimc
