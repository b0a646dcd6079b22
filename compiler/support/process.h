// Runs another program with a time limit and collects what it prints.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/result.h"

namespace slimc {

struct ProcessOutcome {
  int exit_code = 0;       // valid when `signal` is 0 and not timed_out
  int signal = 0;          // the signal that ended it, 0 if it exited
  bool timed_out = false;  // it was killed, with all its children, at the limit
  std::string output;      // stdout and stderr, interleaved as written; at most 1 MiB, the end kept
  bool ok() const { return exit_code == 0 && signal == 0 && !timed_out; }

  // The end of what it printed, for messages; without a trailing newline.
  std::string last_lines(int count = 12) const;
};

// Where a program runs, where that is not as here.
struct ProcessPlace {
  std::filesystem::path folder = {};           // its working folder
  std::vector<std::string_view> without = {};  // variables of the environment that it must not see
};

// Runs `program` (a path, or a name looked up in PATH) and waits. Safe from several threads at
// once. Fails (Blame::Tool) only when the program cannot be started.
Result<ProcessOutcome> run_process(const std::string& program,
                                   const std::vector<std::string>& arguments,
                                   std::chrono::milliseconds limit, const ProcessPlace& place = {});

// The absolute path of a program in PATH, or empty.
std::filesystem::path find_program(const std::string& name);

// The folder of the running executable.
std::filesystem::path executable_folder();

}  // namespace slimc
