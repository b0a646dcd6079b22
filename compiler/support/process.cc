#include "compiler/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "compiler/support/unique_fd.h"

// POSIX leaves the declaration to programs; glibc has it too.
extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace slimc {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kKeptOutput = 1 << 20;

Failure cannot_start(const std::string& program, int error) {
  return fail({.file = program,
               .message = "cannot be started: " + std::generic_category().message(error),
               .blame = Blame::Tool});
}

// The arguments of posix_spawn that need releasing.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

// Appends, and forgets the beginning once there is more than twice what is kept.
void append_output(std::string& output, std::string_view bytes) {
  output += bytes;
  if (output.size() > 2 * kKeptOutput) output.erase(0, output.size() - kKeptOutput);
}

std::vector<char*> environment_without(const std::vector<std::string_view>& names) {
  std::vector<char*> kept;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('='));
    if (std::find(names.begin(), names.end(), name) == names.end()) kept.push_back(*variable);
  }
  kept.push_back(nullptr);
  return kept;
}

}  // namespace

std::string ProcessOutcome::last_lines(int count) const {
  std::size_t begin = output.find_last_not_of(" \n");
  if (begin == std::string::npos) return "";
  const std::size_t end = begin + 1;
  for (; begin > 0; --begin) {
    if (output[begin - 1] == '\n' && --count == 0) break;
  }
  return output.substr(begin, end - begin);
}

Result<ProcessOutcome> run_process(const std::string& program,
                                   const std::vector<std::string>& arguments,
                                   std::chrono::milliseconds limit, const ProcessPlace& place) {
  const Clock::time_point deadline = Clock::now() + limit;

  // Close-on-exec from the start: a child of another thread must not inherit our write end, or we
  // would wait for that child's end too.
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return cannot_start(program, errno);
  const UniqueFd from_child(ends[0]);
  UniqueFd to_parent(ends[1]);

  SpawnPlan plan;
  posix_spawn_file_actions_addopen(&plan.actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&plan.actions, to_parent.get(), 1);
  posix_spawn_file_actions_adddup2(&plan.actions, to_parent.get(), 2);
  if (!place.folder.empty()) {
    posix_spawn_file_actions_addchdir_np(&plan.actions, place.folder.c_str());
  }
  // Its own process group, so that its children can be killed with it. Signals as a fresh program
  // expects them: the tool itself may ignore or block some.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setpgroup(&plan.attributes, 0);
  posix_spawnattr_setsigmask(&plan.attributes, &none);
  posix_spawnattr_setsigdefault(&plan.attributes, &all);
  posix_spawnattr_setflags(&plan.attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  // A path is this process', not one from the other folder.
  const std::string path =
      program.find('/') == std::string::npos ? program : fs::absolute(program).string();
  std::vector<char*> argv;
  argv.push_back(const_cast<char*>(path.c_str()));
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);

  pid_t child = 0;
  std::vector<char*> environment = environment_without(place.without);
  if (const int error = posix_spawnp(&child, path.c_str(), &plan.actions, &plan.attributes,
                                     argv.data(), environment.data())) {
    return cannot_start(program, error);
  }
  to_parent.close();

  ProcessOutcome outcome;
  const auto milliseconds_left = [&] {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30));
  };

  // Two ends to wait for: of the output, and of the child. A child may close its output early, and
  // a grandchild may hold it open after the child has gone; so poll the pipe in short steps and
  // look at the child in between.
  bool output_open = true;
  bool exited = false;
  siginfo_t ended = {};
  const auto read_some = [&](int wait_ms) {
    pollfd waiting = {.fd = from_child.get(), .events = POLLIN, .revents = 0};
    if (::poll(output_open ? &waiting : nullptr, output_open ? 1 : 0, wait_ms) <= 0) return false;
    char buffer[65536];
    const ssize_t got = ::read(from_child.get(), buffer, sizeof buffer);
    if (got > 0) {
      append_output(outcome.output, {buffer, static_cast<std::size_t>(got)});
      return true;
    }
    if (got == 0 || errno != EINTR) output_open = false;
    return false;
  };
  while (!exited) {
    // Once the output is closed the child is about to end, so the steps get shorter.
    read_some(std::min(milliseconds_left(), output_open ? 20 : 2));
    ended.si_pid = 0;
    // WNOWAIT leaves the zombie: its process group cannot be given to anybody else until the
    // kill below.
    exited = ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
             ended.si_pid == child;
    if (!exited && milliseconds_left() == 0) {
      outcome.timed_out = true;
      break;
    }
  }
  // Also after a normal end: what the program left behind in its group must not outlive it.
  ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  while (output_open && read_some(0)) {
  }

  if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  if (outcome.output.size() > kKeptOutput) {
    outcome.output.erase(0, outcome.output.size() - kKeptOutput);
  }
  return outcome;
}

fs::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return ::access(name.c_str(), X_OK) == 0 ? fs::absolute(name) : fs::path();
  }
  const char* path = std::getenv("PATH");
  if (path == nullptr || name.empty()) return {};
  std::string_view rest = path;
  while (true) {
    const std::size_t colon = rest.find(':');
    const std::string_view folder = rest.substr(0, colon);
    fs::path candidate = fs::absolute((folder.empty() ? "." : fs::path(folder)) / name);
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored) && ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
    if (colon == std::string_view::npos) return {};
    rest.remove_prefix(colon + 1);
  }
}

fs::path executable_folder() {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : executable.parent_path();
}

}  // namespace slimc
