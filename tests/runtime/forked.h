// What a child process makes of a test.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slimc::testing {

// Whether `test` passes in a fork of this process, within a minute: a child that hangs is killed.
template <typename Test>
bool forked(const Test& test) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    test();
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace slimc::testing
