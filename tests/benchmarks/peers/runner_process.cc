#include "tests/benchmarks/peers/runner_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

namespace slimc::peers {
namespace {

struct Pipe {
  UniqueFd read, write;
};

bool open_pipe(Pipe& result) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  result = {UniqueFd(ends[0]), UniqueFd(ends[1])};
  return true;
}

}  // namespace

Failure RunnerProcess::problem(std::string message) const {
  return fail({.file = std::filesystem::path(program_).filename().string(),
               .message = std::move(message),
               .blame = Blame::Tool});
}

Result<RunnerProcess> RunnerProcess::start(const std::string& program,
                                           const std::vector<std::string>& arguments) {
  Pipe to, from;
  const auto failed = [&](int error) {
    return fail({.file = program, .message = std::strerror(error), .blame = Blame::Tool});
  };
  if (!open_pipe(to) || !open_pipe(from)) return failed(errno);
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  // The copies that dup2 makes stay open in the child; all else closes itself.
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from.write.get(), STDOUT_FILENO);
  pid_t process = -1;
  const int error = posix_spawn(&process, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return failed(error);
  return RunnerProcess(program, process, std::move(to.write), std::move(from.read));
}

RunnerProcess::RunnerProcess(RunnerProcess&& other) noexcept
    : program_(std::move(other.program_)),
      process_(std::exchange(other.process_, -1)),
      to_(std::move(other.to_)),
      from_(std::move(other.from_)),
      received_(std::move(other.received_)) {}

RunnerProcess::~RunnerProcess() {
  if (process_ < 0) return;
  to_.close();
  constexpr std::chrono::milliseconds kStep(10), kLimit(5000);
  for (std::chrono::milliseconds waited(0); waited < kLimit; waited += kStep) {
    if (waitpid(process_, nullptr, WNOHANG) != 0) return;
    std::this_thread::sleep_for(kStep);
  }
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

Result<std::string> RunnerProcess::read_line(std::chrono::milliseconds limit) {
  std::size_t end = 0;
  while ((end = received_.find('\n')) == std::string::npos) {
    pollfd readable = {.fd = from_.get(), .events = POLLIN, .revents = 0};
    const int ready = poll(&readable, 1, static_cast<int>(limit.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) {
      return problem("no answer within " + std::to_string(limit.count()) + " ms");
    }
    char buffer[1 << 14];
    const ssize_t count = read(from_.get(), buffer, sizeof buffer);
    if (count <= 0) return problem("ended without an answer");
    received_.append(buffer, static_cast<std::size_t>(count));
  }
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 1);
  constexpr std::string_view kError = "error ";
  if (line.starts_with(kError)) return problem(line.substr(kError.size()));
  return line;
}

Result<std::string> RunnerProcess::ask(const std::string& line, const std::string& expected_word,
                                       std::chrono::milliseconds limit) {
  const std::string sent = line + "\n";
  if (write(to_.get(), sent.data(), sent.size()) != static_cast<ssize_t>(sent.size())) {
    return problem("does not listen");
  }
  SLIMC_ASSIGN(const std::string answer, read_line(limit));
  if (!answer.starts_with(expected_word + " ")) {
    return problem("answered '" + answer + "' to '" + line + "'");
  }
  return answer.substr(expected_word.size() + 1);
}

}  // namespace slimc::peers
