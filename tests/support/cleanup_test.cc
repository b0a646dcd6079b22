#include "support/cleanup.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "tests/common/temporary_folder.h"

namespace slimc {
namespace {
namespace fs = std::filesystem;

// How a process ends that calls work() with the handling of signals on. Its own death is its only
// way out, but for an alarm.
int status_of(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGALRM, [](int) { ::_exit(98); });
    ::alarm(60);
    clean_up_at_signals();
    work();
    ::_exit(99);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

// In a process group of its own, as run_process() makes them. Of two processes with `grandchild`,
// whose number it gives then.
struct Group {
  pid_t child = 0, grandchild = 0;
};

Group start_group(bool with_grandchild = false) {
  int ends[2];
  if (::pipe(ends) != 0) ::_exit(96);
  Group group{.child = ::fork()};
  if (group.child == 0) {
    ::setpgid(0, 0);
    const pid_t grandchild = with_grandchild ? ::fork() : 0;
    if (grandchild != 0 || !with_grandchild) {
      (void)!::write(ends[1], &grandchild, sizeof grandchild);
    }
    while (true) ::pause();
  }
  ::setpgid(group.child, group.child);
  if (::read(ends[0], &group.grandchild, sizeof group.grandchild) != sizeof group.grandchild) {
    ::_exit(97);
  }
  ::close(ends[0]);
  ::close(ends[1]);
  return group;
}

[[noreturn]] void be_ended_by(int signal) {
  ::kill(::getpid(), signal);
  while (true) ::pause();
}

class Cleanup : public ::testing::TestWithParam<int> {
 protected:
  Cleanup() {
    // A shell's background ignores these, and so would what is tested.
    for (const int number : {SIGINT, SIGQUIT}) ::signal(number, SIG_DFL);
    fs::create_directories(inside.parent_path());
    std::ofstream(inside) << "x";
    std::ofstream(file) << "x";
    std::ofstream(kept) << "x";
  }
  testing::TemporaryFolder folder;
  fs::path tree = folder / "tree", inside = tree / "a" / "b", file = folder / "file",
           kept = folder / "kept";
};

TEST_P(Cleanup, RemovesWhatIsRegisteredAndEndsByTheSignal) {
  const int status = status_of([&] {
    const RemovedAtEnd a(tree), b(file);
    { const RemovedAtEnd forgotten(kept); }
    be_ended_by(GetParam());
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), GetParam());
  EXPECT_FALSE(fs::exists(tree));
  EXPECT_FALSE(fs::exists(file));
  EXPECT_TRUE(fs::exists(kept));
}

INSTANTIATE_TEST_SUITE_P(Signals, Cleanup,
                         ::testing::Values(SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2,
                                           SIGXCPU, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT));

// Also where another thread will never let go of the registry.
TEST_F(Cleanup, EndsFromAnyThreadByItself) {
  const int status = status_of([&] {
    const RemovedAtEnd a(tree), b(file);
    std::thread stuck([] {
      const EndPostponed for_ever;
      while (true) ::pause();
    });
    std::thread([] { clean_up_and_exit(42); }).join();
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_FALSE(fs::exists(tree));
  EXPECT_FALSE(fs::exists(file));
  EXPECT_TRUE(fs::exists(kept));
}

// Zombies would stay for ever below a first process that takes care of none.
TEST_F(Cleanup, WaitsForItsChildrenAndTheirs) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  status_of([&] {
    const Group group = start_group(/*with_grandchild=*/true);
    const KilledAtEnd killed(group.child);
    for (const pid_t pid : {group.child, group.grandchild}) {
      (void)!::write(ends[1], &pid, sizeof pid);
    }
    be_ended_by(SIGTERM);
  });
  for (int i = 0; i < 2; ++i) {
    pid_t pid = 0;
    ASSERT_EQ(::read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
    EXPECT_FALSE(fs::exists("/proc/" + std::to_string(pid))) << (i == 0 ? "child" : "grandchild");
  }
}

TEST_F(Cleanup, KillsGroupsOfChildren) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  status_of([&] {
    const KilledAtEnd killed(start_group().child);
    be_ended_by(SIGTERM);
  });
  ::close(ends[1]);
  char none;
  EXPECT_EQ(::read(ends[0], &none, 1), 0) << "somebody still holds the other end";
  ::close(ends[0]);
}

TEST_F(Cleanup, WhatWasIgnoredStaysIgnored) {
  ::signal(SIGHUP, SIG_IGN);
  const int status = status_of([&] {
    const RemovedAtEnd a(file);
    ::kill(::getpid(), SIGHUP);
    ::usleep(100'000);  // for who would be ended by it
    ::_exit(7);
  });
  ::signal(SIGHUP, SIG_DFL);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_TRUE(fs::exists(file));
}

// Nothing that holds up the cleaning holds up the user.
TEST_F(Cleanup, ASecondSignalEndsAtOnce) {
  const int status = status_of([&] {
    const RemovedAtEnd a(file);
    const EndPostponed for_ever;
    while (true) {
      ::kill(::getpid(), SIGTERM);
      ::usleep(1000);
    }
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
  EXPECT_TRUE(fs::exists(file));
}

TEST_F(Cleanup, AnAwaitedInterruptEndsNothing) {
  const int status = status_of([&] {
    const RemovedAtEnd a(file);
    {
      const InterruptAwaited interrupt;
      if (interrupt.came()) ::_exit(1);
      ::kill(::getpid(), SIGINT);
      while (!interrupt.came()) ::usleep(1000);
    }
    ::_exit(7);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_TRUE(fs::exists(file));
}

TEST_F(Cleanup, ASecondInterruptEnds) {
  const int status = status_of([&] {
    const RemovedAtEnd a(file);
    const InterruptAwaited interrupt;
    ::kill(::getpid(), SIGINT);
    while (!interrupt.came()) ::usleep(1000);
    be_ended_by(SIGINT);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(Cleanup, ThePostponedEndComesBehindTheRegistration) {
  status_of([&] {
    const fs::path late = folder / "late";
    std::optional<RemovedAtEnd> registered;
    {
      const EndPostponed postponed;
      ::kill(::getpid(), SIGTERM);
      std::ofstream(late) << "x";
      registered.emplace(late);
    }
    while (true) ::pause();
  });
  EXPECT_FALSE(fs::exists(folder / "late"));
}

TEST_F(Cleanup, AnOutputWithoutReaderEndsByItsSignal) {
  const int status = status_of([&] {
    int ends[2];
    if (::pipe(ends) != 0) ::_exit(1);
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    const RemovedAtEnd a(file);
    (void)!::write(STDOUT_FILENO, "x", 1);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGPIPE);
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(Cleanup, AnotherPipeWithoutReaderIsAnError) {
  const int status = status_of([&] {
    int ends[2];
    if (::pipe(ends) != 0) ::_exit(1);
    ::close(ends[0]);
    ::_exit(::write(ends[1], "x", 1) == -1 && errno == EPIPE ? 7 : 1);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

}  // namespace
}  // namespace slimc
