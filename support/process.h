// Runs another program with a time limit and collects what it prints.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/result.h"

namespace slimc {

struct ProcessOutcome {
  int exit_code = 0;       // valid when `signal` is 0 and not timed_out
  int signal = 0;          // the signal that ended it, 0 if it exited
  bool timed_out = false;  // it was killed, with all its children, at the limit
  std::string output;      // stdout and stderr, interleaved as written; at most 1 MiB, the end kept
  bool ok() const { return exit_code == 0 && signal == 0 && !timed_out; }

  // The end of what it printed, for messages; without a trailing newline.
  std::string last_lines(int count = 12) const;
  // The same as the end of a message: ":" and quoted_lines() (encode.h), or nothing.
  std::string behind_colon() const;
  // "was stopped after 5 s", "crashed with signal 11 (Segmentation fault)", "failed with
  // status 1", and what a limit of this process has to do with it. Empty if ok().
  std::string what_went_wrong(std::chrono::milliseconds limit) const;
};

// Where a program runs, where that is not as here.
struct ProcessPlace {
  std::filesystem::path folder = {};  // its working folder
  std::filesystem::path temporary =
      {};  // its TMPDIR: what it leaves if it is killed goes with that
};

// Runs `program` (a path, or a name looked up in PATH) and waits. Safe from several threads at
// once. Fails (Blame::Tool) only when the program cannot be started.
//
// It runs below slimc-launch in a process group of its own, which is killed at its end, at the
// limit and when this process is gone, whatever ended that. It sees only the variables of the
// environment that say where things are (kSeenVariables in process.cc), so that nothing that
// somebody exported for other programs changes what is made; its words are those of the locale C.
Result<ProcessOutcome> run_process(const std::string& program,
                                   const std::vector<std::string>& arguments,
                                   std::chrono::milliseconds limit, const ProcessPlace& place = {});

// The absolute path of a program in PATH, or empty.
std::filesystem::path find_program(const std::string& name);

// The folder of the running executable.
std::filesystem::path executable_folder();

// One of slimc's other programs: beside the running one, as installed; the programs of a build's
// tests run from a folder beside its bin/.
std::filesystem::path program_of_slimc(const std::string& name);

}  // namespace slimc
