#include "support/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "support/files.h"
#include "tests/common/temporary_folder.h"

namespace slimc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""min;

ProcessOutcome shell(const std::string& script, std::chrono::milliseconds limit = 5min) {
  auto outcome = run_process("sh", {"-c", script}, limit);
  EXPECT_TRUE(outcome) << outcome.error().to_string();
  return outcome.value_or(ProcessOutcome{});
}

TEST(RunProcess, HasAnotherFolder) {
  const testing::TemporaryFolder folder;
  const std::filesystem::path here = std::filesystem::current_path();
  const auto outcome = run_process("pwd", {"-P"}, 1min, {.folder = folder.path()});
  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_EQ(outcome->output, std::filesystem::canonical(folder.path()).string() + "\n");
  EXPECT_EQ(std::filesystem::current_path(), here);
}

// Of the environment a program sees where things are, not what others would have it do.
TEST(RunProcess, SeesLittleOfTheEnvironment) {
  const std::string hidden[] = {"CCC_OVERRIDE_OPTIONS", "CPATH", "HL_TARGET", "SOURCE_DATE_EPOCH",
                                "HDF5_PLUGIN_PATH",     "LANG"};
  for (const std::string& name : hidden) ::setenv(name.c_str(), "seen", 1);
  ::setenv("TMPDIR", "/somewhere", 1);
  const ProcessOutcome outcome = shell("env");
  for (const std::string& name : hidden) ::unsetenv(name.c_str());
  ::unsetenv("TMPDIR");
  EXPECT_THAT(outcome.output, Not(HasSubstr("seen")));
  EXPECT_THAT(outcome.output, HasSubstr("TMPDIR=/somewhere\n"));
  EXPECT_THAT(outcome.output, HasSubstr("PATH="));
}

// A relative path of a program is one from here.
TEST(RunProcess, FindsThePathBeforeItChangesTheFolder) {
  const testing::TemporaryFolder folder;
  const std::string relative = std::filesystem::relative("/bin/sh").string();
  const auto outcome = run_process(relative, {"-c", "exit 7"}, 1min, {.folder = folder.path()});
  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_EQ(outcome->exit_code, 7);
}

// Whether a process runs; one that ended and waits for its parent does not.
bool runs(pid_t pid) {
  const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  return stat && stat->substr(stat->rfind(')') + 2, 1) != "Z";
}

// Death is not instant: a killed process is seen for a moment. Gives up after a minute.
bool ends(pid_t pid) {
  for (int i = 0; i < 6000 && runs(pid); ++i) std::this_thread::sleep_for(10ms);
  return !runs(pid);
}

TEST(RunProcess, CollectsBothStreamsInOrder) {
  const ProcessOutcome outcome = shell("echo one; echo two >&2; echo three");
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.output, "one\ntwo\nthree\n");
}

TEST(RunProcess, PassesArgumentsAsTheyAre) {
  const auto outcome = run_process("printf", {"[%s]", "a b", "", "$HOME *"}, 5min);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, "[a b][][$HOME *]");
}

TEST(RunProcess, GivesTheExitCode) {
  const ProcessOutcome outcome = shell("exit 3");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_FALSE(outcome.ok());
  EXPECT_FALSE(outcome.timed_out);
}

TEST(RunProcess, GivesTheSignal) {
  const ProcessOutcome outcome = shell("kill -SEGV $$");
  EXPECT_EQ(outcome.signal, SIGSEGV);
  EXPECT_FALSE(outcome.ok());
  EXPECT_FALSE(outcome.timed_out);
}

TEST(RunProcess, InputIsEmpty) { EXPECT_EQ(shell("cat; echo end").output, "end\n"); }

TEST(RunProcess, AMissingProgramIsTheToolsFault) {
  const auto outcome = run_process("no-such-program-anywhere", {}, 5min);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().blame(), Blame::Tool);
  EXPECT_EQ(outcome.error().to_string(),
            "no-such-program-anywhere: cannot be started: No such file or directory");
}

TEST(RunProcess, KeepsTheEndOfLongOutput) {
  const ProcessOutcome outcome = shell("head -c 5000000 /dev/zero | tr '\\0' x; printf end");
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.output.size(), std::size_t{1} << 20);
  EXPECT_EQ(outcome.output.substr(outcome.output.size() - 5), "xxend");
}

TEST(RunProcess, AtTheLimitTheProgramAndItsChildrenAreKilled) {
  const testing::TemporaryFolder folder;
  const std::string pids = (folder / "pids").string();
  // The limit may come before the shell has written; then try again with a longer one.
  for (auto limit = 200ms; limit < 60'000ms; limit *= 2) {
    const ProcessOutcome outcome =
        shell("sleep 1000 & echo $! $$ > " + pids + ".new; mv " + pids + ".new " + pids + "; wait",
              limit);
    ASSERT_TRUE(outcome.timed_out);
    EXPECT_FALSE(outcome.ok());
    pid_t grandchild = 0, child = 0;
    if (std::ifstream(pids) >> grandchild >> child) {
      EXPECT_TRUE(ends(child));
      EXPECT_TRUE(ends(grandchild));
      return;
    }
  }
  FAIL() << "the shell never got to work";
}

TEST(RunProcess, AProgramThatNeverStopsPrintingIsKilledToo) {
  EXPECT_TRUE(shell("yes", 200ms).timed_out);
}

TEST(RunProcess, AClosedOutputIsNotAnEnd) {
  const ProcessOutcome outcome = shell("echo said; exec >&- 2>&-; sleep 0.1; exit 4");
  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_EQ(outcome.output, "said\n");
}

TEST(RunProcess, WhatAProgramLeavesBehindDoesNotKeepUsWaiting) {
  const ProcessOutcome outcome = shell("sleep 1000 & echo $!; exit 5");
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_TRUE(ends(std::atoi(outcome.output.c_str())));
}

// Killed, a process can do nothing for its children any more.
TEST(RunProcess, ChildrenAndTheirsGoWithAKilledParent) {
  const testing::TemporaryFolder folder;
  const std::string pids = (folder / "pids").string();
  const pid_t parent = ::fork();
  if (parent == 0) {
    shell("sleep 1000 & echo $! $$ > " + pids + ".new; mv " + pids + ".new " + pids + "; wait");
    ::_exit(1);
  }
  for (int i = 0; i < 6000 && !std::filesystem::exists(pids); ++i) {
    std::this_thread::sleep_for(10ms);
  }
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  pid_t grandchild = 0, child = 0;
  ASSERT_TRUE(std::ifstream(pids) >> grandchild >> child);
  EXPECT_TRUE(ends(child));
  EXPECT_TRUE(ends(grandchild));
}

// A file that is too large is an error that the program can tell, not its death.
TEST(RunProcess, AFileBeyondTheLimitIsAnErrorOfTheProgram) {
  const testing::TemporaryFolder folder;
  const ProcessOutcome outcome =
      shell("ulimit -f 1; exec head -c 100000 /dev/zero > " + (folder / "file").string());
  EXPECT_EQ(outcome.signal, 0);
  EXPECT_THAT(outcome.output, HasSubstr("File too large"));
}

TEST(RunProcess, SaysWhatWentWrong) {
  EXPECT_EQ(shell("exit 3").what_went_wrong(1min), "failed with status 3");
  EXPECT_THAT(shell("kill -KILL $$").what_went_wrong(1min), HasSubstr("signal 9 (Killed)"));
  EXPECT_EQ(shell("sleep 1000", 100ms).what_went_wrong(100ms), "was stopped after 1 s");
  EXPECT_EQ(shell("true").what_went_wrong(1min), "");
}

TEST(RunProcess, SaysWhichLimitIsBehindASignal) {
  const ProcessOutcome killed = shell("kill -KILL $$");
  EXPECT_THAT(killed.what_went_wrong(1min), HasSubstr("more memory than there is"));
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_CPU, &before), 0);
  const rlimit limited = {.rlim_cur = 123456, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_CPU, &limited), 0);
  const std::string words = killed.what_went_wrong(1min);
  ASSERT_EQ(setrlimit(RLIMIT_CPU, &before), 0);
  EXPECT_THAT(words, HasSubstr("the limit of processor time is 123456 s: raise it (ulimit -t)"));
}

TEST(RunProcess, SeveralThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::vector<std::string> outputs(16);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    threads.emplace_back(
        [&outputs, i] { outputs[i] = shell("sleep 0.05; echo " + std::to_string(i)).output; });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(outputs[i], std::to_string(i) + "\n");
}

TEST(FindProgram, LooksInPath) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "not-executable") << "";
  std::ofstream(folder / "tool") << "";
  ::chmod((folder / "tool").c_str(), 0755);
  const std::string before = std::getenv("PATH");
  ::setenv("PATH", ("/nowhere:" + folder.path().string()).c_str(), 1);
  const auto tool = find_program("tool"), none = find_program("not-executable"),
             folder_itself = find_program("."), absent = find_program("sh");
  ::setenv("PATH", before.c_str(), 1);
  EXPECT_EQ(tool, folder / "tool");
  EXPECT_EQ(none, "");
  EXPECT_EQ(folder_itself, "");
  EXPECT_EQ(absent, "");
}

TEST(FindProgram, TakesAPathAsItIs) {
  EXPECT_EQ(find_program("/bin/sh"), "/bin/sh");
  EXPECT_EQ(find_program("/bin/no-such-program"), "");
}

TEST(ExecutableFolder, HoldsThisTest) {
  EXPECT_TRUE(std::filesystem::exists(executable_folder() / "support_test"));
}

}  // namespace
}  // namespace slimc
