// The threads of a process, as Linux shows them in /proc/PID/task.
#pragma once

#include <sys/types.h>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace slimc::peers {

// The state letter of a /proc/PID/task/TID/stat line: "R" runs or wants to, "S" sleeps. 0 if the
// line has none. The name before it stands in parentheses and may hold anything.
char task_state(std::string_view stat);

// Waits until no thread of the process runs: a peer's workers may spin for a while after their
// work, and would do so at the next peer's cost. False if they still run after `limit`.
bool wait_until_asleep(pid_t process, std::chrono::milliseconds limit);

// Nanoseconds on a CPU, from a /proc/PID/task/TID/schedstat line; 0 if it says nothing.
std::int64_t task_time(std::string_view schedstat);

// Binds the calling thread to the first CPU that it may use, and those `threads - 1` others that
// worked most until now to the next ones in turn; again from the first where the machine has fewer.
// Threads that only keep a library's books stay free. Returns whether the system allowed it all.
bool pin_threads(int threads);

}  // namespace slimc::peers
