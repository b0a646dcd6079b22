#include "support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "support/cleanup.h"
#include "support/unique_fd.h"

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

// Where programs, libraries and temporary files are, who the user is, and what the tools of tests
// look at. Not what clang (CCC_OVERRIDE_OPTIONS, CPATH, SDKROOT, SOURCE_DATE_EPOCH, ...), Halide
// and LLVM (HL_*) or HDF5 (HDF5_*) obey: a library's bytes are the model's, the target's and
// slimc's.
constexpr std::string_view kSeenVariables[] = {
    "SLIMC_TARGET",
    "PATH",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "ASAN_OPTIONS",
    "LSAN_OPTIONS",
    "UBSAN_OPTIONS",
    "TERM",
    "ASAN_SYMBOLIZER_PATH",
};

std::vector<std::string> environment_of_child(const fs::path& temporary) {
  // Newer clangs read configuration files unless told not to; 14 knows no option that says so.
  std::vector<std::string> variables = {"LC_ALL=C", "CLANG_NO_DEFAULT_CONFIG=1"};
  for (const std::string_view name : kSeenVariables) {
    const std::string text(name);
    if (!temporary.empty() && name == "TMPDIR") continue;
    if (const char* value = std::getenv(text.c_str())) variables.push_back(text + "=" + value);
  }
  if (!temporary.empty()) variables.push_back("TMPDIR=" + temporary.string());
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// A program that works on all processors all the time; what it starts inherits the limit.
std::string processor_seconds(std::chrono::milliseconds limit) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(limit).count() + 1;
  return std::to_string(seconds * std::max(1U, std::thread::hardware_concurrency()));
}

struct Child {
  pid_t pid = 0;
  UniqueFd output;    // where it writes
  UniqueFd lifeline;  // closed, it is killed; gives errno if the program could not be started
};

Result<Child> start(const std::string& program, const std::vector<std::string>& arguments,
                    std::chrono::milliseconds limit, const ProcessPlace& place) {
  // Close-on-exec from the start: a child of another thread must not inherit our ends, or we would
  // wait for that child's end too.
  int output[2], lifeline[2];
  if (::pipe2(output, O_CLOEXEC) != 0) return cannot_start(program, errno);
  Child child = {.output = UniqueFd(output[0])};
  const UniqueFd to_parent(output[1]);
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lifeline) != 0) {
    return cannot_start(program, errno);
  }
  child.lifeline = UniqueFd(lifeline[0]);
  const UniqueFd of_child(lifeline[1]);

  SpawnPlan plan;
  posix_spawn_file_actions_addopen(&plan.actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&plan.actions, to_parent.get(), 1);
  posix_spawn_file_actions_adddup2(&plan.actions, to_parent.get(), 2);
  // To itself: stays open.
  posix_spawn_file_actions_adddup2(&plan.actions, of_child.get(), of_child.get());
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
  const std::string launch = program_of_slimc("slimc-launch").string();
  std::vector<std::string> words = {
      launch, std::to_string(of_child.get()), processor_seconds(limit),
      program.find('/') == std::string::npos ? program : fs::absolute(program).string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment_of_child(place.temporary);
  if (const int error = posix_spawn(&child.pid, launch.c_str(), &plan.actions, &plan.attributes,
                                    pointers(words).data(), pointers(variables).data())) {
    return cannot_start(launch, error);
  }
  return child;
}

// What the launcher says when it could not start the program; 0 if it could.
int starting_error(const Child& child) {
  int error = 0;
  const ssize_t got = ::recv(child.lifeline.get(), &error, sizeof error, MSG_DONTWAIT);
  return got == static_cast<ssize_t>(sizeof error) ? error : 0;
}

// Reads a child's output until it ends, or until the deadline; kills its group then.
class Attendance {
 public:
  explicit Attendance(Child child) : child_(std::move(child)) {}

  ProcessOutcome until(Clock::time_point deadline) {
    // Two ends to wait for: of the output, and of the child. A child may close its output early,
    // and a grandchild may hold it open after the child has gone; so poll the pipe in short steps
    // and look at the child in between. Once the output is closed the child is about to end, so
    // the steps get shorter.
    while (!has_ended()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) {
        outcome_.timed_out = true;
        break;
      }
      read_some(static_cast<int>(std::min<std::int64_t>(left.count(), output_open_ ? 20 : 2)));
    }
    // Also after a normal end: what the program left behind in its group must not outlive it.
    ::kill(-child_.pid, SIGKILL);
    int status = 0;
    while (::waitpid(child_.pid, &status, 0) < 0 && errno == EINTR) {
    }
    while (output_open_ && read_some(0)) {
    }
    if (WIFSIGNALED(status)) outcome_.signal = WTERMSIG(status);
    if (WIFEXITED(status)) outcome_.exit_code = WEXITSTATUS(status);
    if (outcome_.output.size() > kKeptOutput) {
      outcome_.output.erase(0, outcome_.output.size() - kKeptOutput);
    }
    return std::move(outcome_);
  }

  const Child& child() const { return child_; }

 private:
  // WNOWAIT leaves the zombie: its process group cannot be given to anybody else until the kill.
  bool has_ended() const {
    siginfo_t ended = {};
    return ::waitid(P_PID, static_cast<id_t>(child_.pid), &ended, WEXITED | WNOHANG | WNOWAIT) ==
               0 &&
           ended.si_pid == child_.pid;
  }

  bool read_some(int wait_ms) {
    pollfd waiting = {.fd = child_.output.get(), .events = POLLIN, .revents = 0};
    if (::poll(output_open_ ? &waiting : nullptr, output_open_ ? 1 : 0, wait_ms) <= 0) return false;
    char buffer[65536];
    const ssize_t got = ::read(child_.output.get(), buffer, sizeof buffer);
    if (got > 0) {
      append_output(outcome_.output, {buffer, static_cast<std::size_t>(got)});
      return true;
    }
    if (got == 0 || errno != EINTR) output_open_ = false;
    return false;
  }

  Child child_;
  ProcessOutcome outcome_;
  bool output_open_ = true;
};

}  // namespace

Result<ProcessOutcome> run_process(const std::string& program,
                                   const std::vector<std::string>& arguments,
                                   std::chrono::milliseconds limit, const ProcessPlace& place) {
  const Clock::time_point deadline = Clock::now() + limit;
  std::optional<Attendance> attendance;
  std::optional<KilledAtEnd> killed;
  {
    const EndPostponed postponed;
    SLIMC_ASSIGN(Child child, start(program, arguments, limit, place));
    killed.emplace(child.pid);
    attendance.emplace(std::move(child));
  }
  ProcessOutcome outcome = attendance->until(deadline);
  if (const int error = starting_error(attendance->child())) return cannot_start(program, error);
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

fs::path program_of_slimc(const std::string& name) {
  const fs::path folder = executable_folder();
  const fs::path beside = folder / name, in_build = folder / ".." / "bin" / name;
  std::error_code ignored;
  return !fs::exists(beside, ignored) && fs::exists(in_build, ignored) ? in_build : beside;
}

}  // namespace slimc
