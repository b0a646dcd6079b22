// The driver's end of a runner: a child process that obeys the lines of runner_main.cc.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "support/result.h"
#include "support/unique_fd.h"

namespace slimc::peers {

class RunnerProcess {
 public:
  // Starts `program`; its stderr is the driver's. Answers are waited for with read_line().
  static Result<RunnerProcess> start(const std::string& program,
                                     const std::vector<std::string>& arguments);
  RunnerProcess(RunnerProcess&& other) noexcept;
  RunnerProcess& operator=(RunnerProcess&&) = delete;
  // Closes its stdin, upon which it ends; kills it if it does not.
  ~RunnerProcess();

  pid_t id() const { return process_; }

  // The next line of its stdout, without the newline. The line "error TEXT", an end of the output
  // and silence for longer than the limit are failures.
  Result<std::string> read_line(std::chrono::milliseconds limit);

  // Sends a line and waits for its answer, "WORD rest"; returns the rest if the word is the
  // expected one.
  Result<std::string> ask(const std::string& line, const std::string& expected_word,
                          std::chrono::milliseconds limit);

 private:
  RunnerProcess(std::string program, pid_t process, UniqueFd to, UniqueFd from)
      : program_(std::move(program)),
        process_(process),
        to_(std::move(to)),
        from_(std::move(from)) {}
  Failure problem(std::string message) const;

  std::string program_;
  pid_t process_ = -1;
  UniqueFd to_, from_;
  std::string received_;  // behind the last line that was read
};

}  // namespace slimc::peers
