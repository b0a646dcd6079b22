#include "support/cleanup.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace slimc {
namespace fs = std::filesystem;
namespace {

struct Registry {
  // Recursive for EndPostponed. Who ends the process takes it and does not give it back, so that
  // nothing is made behind its back, and nobody reports that his children were killed.
  std::recursive_timed_mutex mutex;
  std::list<fs::path> paths;
  std::list<pid_t> groups;
};

// Never destroyed: threads may still be at work while static objects go.
Registry& registry() {
  static Registry& only = *new Registry;
  return only;
}

// What was killed a moment ago may still be in the call that makes a file.
void remove_surely(const fs::path& path) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::error_code error;
    fs::remove_all(path, error);
    if (!error) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

// So that no zombies stay where nobody takes care of orphans (containers), and so that nothing
// writes any more. Not for long: who was killed may wait for a device.
void await_children() {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended < 0 && errno != EINTR) return;
    if (ended == 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void let_end_at_once(const sigset_t& signals) {
  for (int number = 1; number < NSIG; ++number) {
    if (sigismember(&signals, number) == 1) ::signal(number, SIG_DFL);
  }
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

// The registry is locked.
void clean_up(const Registry& all) {
  for (const pid_t group : all.groups) ::kill(-group, SIGKILL);
  await_children();
  for (const fs::path& path : all.paths) remove_surely(path);
}

[[noreturn]] void end_by(int number, const sigset_t& signals) {
  let_end_at_once(signals);
  registry().mutex.lock();
  clean_up(registry());
  ::raise(number);
  ::_exit(128 + number);  // of no use: by default all of these end the process
}

pthread_t ending_thread;  // for the handler of SIGPIPE

bool reader_is_gone(int fd) {
  pollfd end = {.fd = fd, .events = 0, .revents = 0};
  return ::poll(&end, 1, 0) == 1 && (end.revents & POLLERR) != 0;
}

// A broken connection is for who reads it; but without a reader of the output there is no work.
void on_broken_pipe(int number) {
  const int before = errno;
  if (reader_is_gone(STDOUT_FILENO) || reader_is_gone(STDERR_FILENO)) {
    ::pthread_kill(ending_thread, number);
    while (true) ::pause();
  }
  errno = before;
}

enum class Interrupt { Ends, Awaited, Came };
std::atomic<Interrupt> interrupt = Interrupt::Ends;

bool is_awaited_interrupt(int number) {
  Interrupt awaited = Interrupt::Awaited;
  return number == SIGINT && interrupt.compare_exchange_strong(awaited, Interrupt::Came);
}

bool has_its_default(int number, const sigset_t& blocked) {
  struct sigaction action = {};
  return ::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_DFL &&
         sigismember(&blocked, number) == 0;
}

}  // namespace

void clean_up_at_signals() {
  sigset_t before, awaited;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  sigemptyset(&awaited);
  // nohup and shells ignore signals for who is not to end by them.
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU,
                           SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT}) {
    if (has_its_default(number, before)) sigaddset(&awaited, number);
  }
  const bool ends_by_pipe = has_its_default(SIGPIPE, before);
  if (ends_by_pipe) sigaddset(&awaited, SIGPIPE);
  registry();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // for await_children(): those of slimc-launch

  // Whoever is started from here on inherits the mask; SIGPIPE is delivered to who writes.
  pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
  std::thread waiting([awaited] {
    int number = 0;
    while (sigwait(&awaited, &number) != 0 || is_awaited_interrupt(number)) {
    }
    end_by(number, awaited);
  });
  ending_thread = waiting.native_handle();
  waiting.detach();
  if (!ends_by_pipe) return;
  struct sigaction action = {};
  action.sa_handler = on_broken_pipe;
  ::sigaction(SIGPIPE, &action, nullptr);
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_UNBLOCK, &pipe, nullptr);
}

void clean_up_and_exit(int status) {
  // A thread that holds it may wait for ever, as one that found no memory either does.
  (void)registry().mutex.try_lock_for(std::chrono::seconds(1));
  clean_up(registry());
  ::_exit(status);
}

InterruptAwaited::InterruptAwaited() { interrupt = Interrupt::Awaited; }
InterruptAwaited::~InterruptAwaited() { interrupt = Interrupt::Ends; }
bool InterruptAwaited::came() const { return interrupt == Interrupt::Came; }

EndPostponed::EndPostponed() { registry().mutex.lock(); }
EndPostponed::~EndPostponed() { registry().mutex.unlock(); }

RemovedAtEnd::RemovedAtEnd(fs::path path) {
  const EndPostponed postponed;
  std::list<fs::path>& paths = registry().paths;
  entry_ = paths.insert(paths.end(), std::move(path));
}

RemovedAtEnd::RemovedAtEnd(RemovedAtEnd&& other) noexcept
    : entry_(std::exchange(other.entry_, std::nullopt)) {}

RemovedAtEnd& RemovedAtEnd::operator=(RemovedAtEnd&& other) noexcept {
  std::swap(entry_, other.entry_);
  return *this;
}

RemovedAtEnd::~RemovedAtEnd() {
  if (!entry_) return;
  const EndPostponed postponed;
  registry().paths.erase(*entry_);
}

KilledAtEnd::KilledAtEnd(pid_t group) {
  const EndPostponed postponed;
  std::list<pid_t>& groups = registry().groups;
  entry_ = groups.insert(groups.end(), group);
}

KilledAtEnd::~KilledAtEnd() {
  const EndPostponed postponed;
  registry().groups.erase(entry_);
}

}  // namespace slimc
