// The driver against runners that are shell scripts.
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "tests/benchmarks/peers/inputs.h"
#include "tests/benchmarks/peers/measure.h"
#include "tests/benchmarks/peers/runner_process.h"
#include "tests/benchmarks/peers/task_states.h"
#include "tests/common/temporary_folder.h"

namespace slimc::peers {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr milliseconds kLimit(10'000);

Result<RunnerProcess> shell(const std::string& script) {
  return RunnerProcess::start("/bin/sh", {"-c", script});
}

TEST(RunnerProcess, AnswersLines) {
  Result<RunnerProcess> runner = shell("echo ready x; while read a b; do echo word $b; done");
  ASSERT_TRUE(runner);
  EXPECT_EQ(runner->read_line(kLimit).value(), "ready x");
  EXPECT_EQ(runner->ask("go 12", "word", kLimit).value(), "12");
  EXPECT_EQ(runner->ask("go 34", "word", kLimit).value(), "34");
  const Result<std::string> other = runner->ask("go 5", "sword", kLimit);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().to_string(), "sh: answered 'word 5' to 'go 5'");
}

TEST(RunnerProcess, PassesErrorsOn) {
  Result<RunnerProcess> runner = shell("echo error no such file");
  ASSERT_TRUE(runner);
  const Result<std::string> line = runner->read_line(kLimit);
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().to_string(), "sh: no such file");
}

TEST(RunnerProcess, NoticesEndAndSilence) {
  Result<RunnerProcess> ended = shell("exit 0");
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->read_line(kLimit).error().to_string(), "sh: ended without an answer");
  Result<RunnerProcess> silent = shell("read line");
  ASSERT_TRUE(silent);
  EXPECT_EQ(silent->read_line(milliseconds(20)).error().to_string(), "sh: no answer within 20 ms");
}

TEST(RunnerProcess, SaysWhatCannotBeStarted) {
  const Result<RunnerProcess> runner = RunnerProcess::start("/nowhere/peer", {});
  ASSERT_FALSE(runner);
  EXPECT_EQ(runner.error().to_string(), "/nowhere/peer: No such file or directory");
}

TEST(Tasks, AreReadFromStatLines) {
  EXPECT_EQ(task_state("12 (name) R 1 2"), 'R');
  EXPECT_EQ(task_state("12 (a) R (b)) S 1 2"), 'S');
  EXPECT_EQ(task_state("12 (name)"), 0);
  EXPECT_EQ(task_state(""), 0);
  EXPECT_EQ(task_time("139664158 342852940 369"), 139664158);
  EXPECT_EQ(task_time(""), 0);
}

TEST(Tasks, AreWaitedForUntilTheySleep) {
  Result<RunnerProcess> sleeper = shell("echo ready; read line");
  ASSERT_TRUE(sleeper);
  ASSERT_TRUE(sleeper->read_line(kLimit));
  EXPECT_TRUE(wait_until_asleep(sleeper->id(), kLimit));
  Result<RunnerProcess> spinner = shell("echo ready; while :; do :; done");
  ASSERT_TRUE(spinner);
  ASSERT_TRUE(spinner->read_line(kLimit));
  EXPECT_FALSE(wait_until_asleep(spinner->id(), milliseconds(50)));
  kill(spinner->id(), SIGKILL);  // it would not hear the end of its stdin
}

TEST(Inputs, AreTheSameNumbersInBothLayouts) {
  const std::vector<std::size_t> shape = {1, 4, 5, 3};
  const auto nhwc = make_inputs(shape, Layout::Nhwc, 2, 7);
  const auto nchw = make_inputs(shape, Layout::Nchw, 2, 7);
  for (std::size_t pixel = 0; pixel < 20; ++pixel) {
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_EQ(nhwc[1][pixel * 3 + c], nchw[1][c * 20 + pixel]);
      EXPECT_GE(nhwc[1][pixel * 3 + c], -1);
      EXPECT_LT(nhwc[1][pixel * 3 + c], 1);
    }
  }
  EXPECT_NE(nhwc[0], nhwc[1]);
  EXPECT_NE(make_inputs(shape, Layout::Nhwc, 1, 8)[0], nhwc[0]);
}

// A whole row. The script is the "model", the entry's last argument what it answers, the one before
// how it behaves.
class MeasureRow : public ::testing::Test {
 protected:
  MeasureRow() {
    std::ofstream(folder_ / "runner.sh") << R"(
      for word; do how=$last; last=$word; done
      case $last in broken) echo error cannot; exit 1;; esac
      case $how in old) echo ready version 1; exit 1;; esac
      echo ready 5000 400 version 1
      while read word input warm timed count; do
        case $word in
          output) echo output 0.25 $last;;
          turn) echo "$input $warm $timed $count" >>"$0.turns"
                case $how in
                  lazy) echo ns 3000000 1000000;;
                  *) echo ns 3000000 1000000 2000000;;
                esac;;
        esac
      done)";
    options_.model = folder_ / "runner.sh";
    options_.rounds = 2;
  }

  static Entry entry(const std::string& answer, bool is_reference = false,
                     const std::string& behaviour = "well") {
    return {.contender = {.name = answer},
            .program = "/bin/sh",
            .arguments = {behaviour, answer},
            .is_reference = is_reference};
  }

  slimc::testing::TemporaryFolder folder_;
  MeasureOptions options_;
};

TEST_F(MeasureRow, TimesThoseThatAgree) {
  const Row row = measure_row(
      {entry("0.75", true), entry("0.75005"), entry("0.76"), entry("broken")}, options_);
  ASSERT_EQ(row.outcomes.size(), 4u);
  for (const std::size_t i : {0u, 1u}) {
    EXPECT_EQ(row.outcomes[i].problem, "");
    EXPECT_EQ(row.outcomes[i].description, "version 1");
    EXPECT_EQ(row.outcomes[i].min_ms, 1);
    EXPECT_EQ(row.outcomes[i].median_ms, 2);
    EXPECT_EQ(row.outcomes[i].runs, 6);
    EXPECT_EQ(row.outcomes[i].memory, 5000);
    EXPECT_EQ(row.outcomes[i].beyond_weights, 400);
  }
  EXPECT_NEAR(row.outcomes[1].max_difference, 5e-5, 1e-6);
  EXPECT_EQ(row.outcomes[2].problem, "its probabilities differ by 0.01, expected at most 0.0001");
  EXPECT_FALSE(row.outcomes[2].timed());
  EXPECT_EQ(row.outcomes[3].problem, "sh: cannot");
}

TEST_F(MeasureRow, GivesAllContendersOfARoundTheSameTurn) {
  options_.rounds = 2;
  options_.warmup_ms = 0.5;
  options_.timed_ms = 7;
  EXPECT_EQ(measure_row({entry("0.75", true), entry("0.75")}, options_).rounds, 2);
  std::ifstream turns(options_.model + ".turns");
  const std::string text((std::istreambuf_iterator<char>(turns)), {});
  EXPECT_EQ(text,
            "0 500000 7000000 3\n0 500000 7000000 3\n5 500000 7000000 3\n5 500000 7000000 3\n");
}

TEST_F(MeasureRow, TakesOutThoseThatDoNotKeepToTheProtocol) {
  const Row row = measure_row(
      {entry("0.75", true), entry("0.75", false, "lazy"), entry("0.75", false, "old")}, options_);
  EXPECT_EQ(row.outcomes[0].problem, "");
  EXPECT_EQ(row.outcomes[1].problem, "timed 2 runs in a turn, expected at least 3");
  EXPECT_EQ(row.outcomes[2].problem, "said 'ready version 1' when it started");
}

TEST(DefaultRounds, AreFewerForLongRuns) {
  EXPECT_EQ(default_rounds(99'999'999), 100);
  EXPECT_EQ(default_rounds(100'000'000), 30);
}

TEST_F(MeasureRow, TimesNobodyWithoutTheReference) {
  const Row row = measure_row({entry("broken", true), entry("0.75")}, options_);
  EXPECT_EQ(row.outcomes[0].problem, "sh: cannot");
  EXPECT_EQ(row.outcomes[1].problem, "there is nothing to compare it with");
}

}  // namespace
}  // namespace slimc::peers
