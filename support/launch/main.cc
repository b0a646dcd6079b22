// slimc-launch LIFELINE CPU_SECONDS PROGRAM ARGUMENT...: runs a program for slimc, under limits,
// and ends as it does. LIFELINE is the descriptor of a socket whose other end slimc alone holds:
// when slimc is gone, however it went, the whole process group is killed. posix_spawn() can set
// neither limits nor a parent-death signal, and a fork of slimc itself would copy its memory.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace {

// What compilers are made for; the usual limit.
constexpr rlim_t kStackBytes = rlim_t{8} << 20;

// As much of it as is allowed: only root may raise the hard limit.
void raise_stack_limit() {
  rlimit stack = {};
  if (::getrlimit(RLIMIT_STACK, &stack) != 0 || stack.rlim_cur >= kStackBytes) return;
  const rlimit wanted = {kStackBytes, std::max(stack.rlim_max, kStackBytes)};
  if (::setrlimit(RLIMIT_STACK, &wanted) == 0) return;
  const rlimit allowed = {stack.rlim_max, stack.rlim_max};
  ::setrlimit(RLIMIT_STACK, &allowed);
}

void lower_limit(__rlimit_resource resource, rlim_t value) {
  rlimit now = {};
  ::getrlimit(resource, &now);
  const rlimit lower = {std::min(now.rlim_cur, value), std::min(now.rlim_max, value)};
  ::setrlimit(resource, &lower);
}

[[noreturn]] void become(char** program, int lifeline, pid_t launcher, const sigset_t& signals) {
  // Its own children are in the group. Between fork and prctl the launcher may have gone.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launcher) ::_exit(1);
  ::sigprocmask(SIG_SETMASK, &signals, nullptr);
  ::signal(SIGCHLD, SIG_DFL);
  ::execvp(program[0], program);
  const int error = errno;
  (void)!::send(lifeline, &error, sizeof error, MSG_NOSIGNAL);
  ::_exit(1);
}

// The end of the output is for the program to make, and its inherited files are its own.
void close_all_but(int lifeline) {
  const auto kept = static_cast<unsigned>(lifeline);
  if (kept > 0) ::close_range(0, kept - 1, 0);
  ::close_range(kept + 1, ~0U, 0);
}

void on_child(int) {}

int status_of(pid_t child, int lifeline, const sigset_t& signals) {
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    pollfd other_end = {.fd = lifeline, .events = POLLIN, .revents = 0};
    // SIGCHLD arrives only in here.
    if (::ppoll(&other_end, 1, nullptr, &signals) > 0) ::kill(0, SIGKILL);
  }
  return status;
}

[[noreturn]] void end_as(int status) {
  if (WIFSIGNALED(status)) {
    ::signal(WTERMSIG(status), SIG_DFL);
    ::raise(WTERMSIG(status));
    ::_exit(128 + WTERMSIG(status));
  }
  ::_exit(WEXITSTATUS(status));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const int lifeline = std::atoi(argv[1]);
  if (::fcntl(lifeline, F_SETFD, FD_CLOEXEC) != 0) return 2;
  raise_stack_limit();
  lower_limit(RLIMIT_CPU, static_cast<rlim_t>(std::atoll(argv[2])));
  lower_limit(RLIMIT_CORE, 0);  // of a stranger's file, in the user's folder
  ::signal(SIGXFSZ, SIG_IGN);   // programs say what they could not write

  sigset_t child_ends, signals;
  sigemptyset(&child_ends);
  sigaddset(&child_ends, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child_ends, &signals);
  ::signal(SIGCHLD, on_child);
  const pid_t launcher = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) {
    const int error = errno;
    (void)!::send(lifeline, &error, sizeof error, MSG_NOSIGNAL);
    return 1;
  }
  if (child == 0) become(argv + 3, lifeline, launcher, signals);
  close_all_but(lifeline);
  end_as(status_of(child, lifeline, signals));
}
