// The program around a peer, with a peer that keeps a diary (fake_peer.cc).
#include <gmock/gmock.h>

#include <chrono>
#include <iterator>
#include <optional>
#include <sstream>

#include "tests/benchmarks/peers/inputs.h"
#include "tests/benchmarks/peers/runner_process.h"

namespace slimc::peers {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr milliseconds kLimit(10'000);
constexpr std::size_t kInputs = 4;
constexpr std::size_t kRunsBeforeReady = 10;

std::vector<double> numbers(const std::string& text) {
  std::istringstream words(text);
  return {std::istream_iterator<double>(words), {}};
}

class RunnerMain : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = RunnerProcess::start(SLIMC_BINARY_DIR "/bin/peer_fake",
                                        {"model", "--inputs", "4", "--seed", "7"});
    ASSERT_TRUE(started) << started.error().to_string();
    runner_.emplace(std::move(*started));
    const Result<std::string> ready = runner_->read_line(kLimit);
    ASSERT_TRUE(ready) << ready.error().to_string();
    EXPECT_THAT(*ready, StartsWith("ready 5000 400 fake, threads "));
  }

  std::vector<double> turn(const std::string& arguments) {
    const Result<std::string> answer = runner_->ask("turn " + arguments, "ns", kLimit);
    EXPECT_TRUE(answer) << answer.error().to_string();
    return answer ? numbers(*answer) : std::vector<double>();
  }

  // The inputs of all runs since it was ready, that of this call included.
  std::vector<std::size_t> inputs_seen() {
    const std::vector<std::vector<float>> pool =
        make_inputs({1, 1, 1, 3}, Layout::Nhwc, kInputs, 7);
    const Result<std::string> answer = runner_->ask("output 0", "output", kLimit);
    EXPECT_TRUE(answer) << answer.error().to_string();
    std::vector<std::size_t> inputs;
    for (const double first : numbers(answer.value_or(""))) {
      std::size_t input = 0;
      while (input < kInputs && pool[input][0] != static_cast<float>(first)) ++input;
      inputs.push_back(input);
    }
    EXPECT_GE(inputs.size(), kRunsBeforeReady);
    inputs.erase(inputs.begin(), inputs.begin() + kRunsBeforeReady);
    return inputs;
  }

  std::optional<RunnerProcess> runner_;
};

TEST_F(RunnerMain, WarmsUpOnceAndTimesTheLeastNumber) {
  EXPECT_THAT(turn("2 0 0 3"), AllOf(SizeIs(3), Each(Ge(1e6))));
  EXPECT_THAT(inputs_seen(), ElementsAre(2, 3, 0, 1, 0));
}

TEST_F(RunnerMain, RunsUntilTheTimesHavePassed) {
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<double> times = turn("1 20000000 40000000 1");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(60));
  // Runs of a millisecond or more.
  EXPECT_GE(times.size(), 1u);
  EXPECT_LE(times.size(), 40u);
  const std::vector<std::size_t> inputs = inputs_seen();
  ASSERT_GE(inputs.size(), times.size() + 2);
  const std::size_t warm = inputs.size() - times.size() - 1;
  EXPECT_LE(warm, 20u);
  for (std::size_t i = 0; i < warm; ++i) EXPECT_EQ(inputs[i], 1u);
  for (std::size_t i = 0; i < times.size(); ++i) EXPECT_EQ(inputs[warm + i], (2 + i) % kInputs);
}

TEST_F(RunnerMain, EndsAtALineThatItDoesNotUnderstand) {
  const Result<std::string> answer = runner_->ask("turn 1 2", "ns", kLimit);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().to_string(), "peer_fake: does not understand 'turn 1 2'");
}

TEST(RunnerMainAlone, SaysWhyThereIsNoPeer) {
  auto runner = RunnerProcess::start(SLIMC_BINARY_DIR "/bin/peer_fake", {"broken"});
  ASSERT_TRUE(runner);
  const Result<std::string> line = runner->read_line(kLimit);
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().to_string(), "peer_fake: cannot");
}

}  // namespace
}  // namespace slimc::peers
