#include "tests/benchmarks/peers/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <sstream>

#include "tests/benchmarks/peers/runner_process.h"
#include "tests/benchmarks/peers/task_states.h"
#include "tool/benchmark.h"

namespace slimc::peers {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLoadLimit(30 * 60 * 1000);  // slimc compiles the network
constexpr milliseconds kAnswerLimit(60 * 1000);
constexpr milliseconds kSleepLimit(2000);
constexpr double kNanosecondsAMillisecond = 1e6;

// One contender of a row while it lasts.
struct Running {
  std::optional<RunnerProcess> process;
  std::vector<double> times_ms;
};

template <typename Number>
std::vector<Number> numbers_of(const std::string& text) {
  std::istringstream words(text);
  std::vector<Number> numbers;
  for (Number number; words >> number;) numbers.push_back(number);
  return numbers;
}

Result<void> rest(const RunnerProcess& process) {
  if (wait_until_asleep(process.id(), kSleepLimit)) return {};
  return fail(
      {.message = fmt::format("its threads still ran {} ms after its work", kSleepLimit.count())});
}

Result<std::vector<float>> output_of(RunnerProcess& process, int input) {
  SLIMC_ASSIGN(const std::string text,
               process.ask(fmt::format("output {}", input), "output", kAnswerLimit));
  return numbers_of<float>(text);
}

Result<std::vector<double>> take_turn(RunnerProcess& process, int input,
                                      const MeasureOptions& options) {
  const auto nanoseconds = [](double ms) {
    return static_cast<std::int64_t>(ms * kNanosecondsAMillisecond);
  };
  SLIMC_ASSIGN(const std::string text,
               process.ask(fmt::format("turn {} {} {} {}", input, nanoseconds(options.warmup_ms),
                                       nanoseconds(options.timed_ms), options.repeats),
                           "ns", kAnswerLimit));
  SLIMC_TRY(rest(process));
  std::vector<double> times = numbers_of<double>(text);
  if (times.size() < static_cast<std::size_t>(options.repeats)) {
    return fail({.message = fmt::format("timed {} runs in a turn, expected at least {}",
                                        times.size(), options.repeats)});
  }
  for (double& time : times) time /= kNanosecondsAMillisecond;
  return times;
}

class RowMeasurement {
 public:
  RowMeasurement(const std::vector<Entry>& entries, const MeasureOptions& options)
      : entries_(entries), options_(options), running_(entries.size()) {
    row_.threads = options.threads;
    row_.rounds = options.rounds;
    row_.outcomes.resize(entries.size());
    row_.peaks.resize(entries.size());
  }

  Row run() {
    for (std::size_t i = 0; i < entries_.size(); ++i) attempt(i, [&] { return start(i); });
    compare();
    constexpr int kPeaks = 8;  // the clock drifts, so the peak is measured all along
    const int rounds_a_peak = std::max(1, options_.rounds / kPeaks);
    for (int round = 0; round < options_.rounds; ++round) {
      if (round % rounds_a_peak == 0) measure_peaks();
      for (std::size_t i = 0; i < entries_.size(); ++i) {
        attempt(i, [&] { return turn(i, round); });
      }
    }
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!running_[i].process) continue;
      row_.outcomes[i].min_ms = quantile(running_[i].times_ms, 0);
      row_.outcomes[i].median_ms = quantile(running_[i].times_ms, 0.5);
      row_.outcomes[i].runs = static_cast<int>(running_[i].times_ms.size());
    }
    return std::move(row_);
  }

 private:
  // Does something with a contender that is still in the race, and takes it out if that fails.
  template <typename Step>
  void attempt(std::size_t i, const Step& step) {
    Outcome& outcome = row_.outcomes[i];
    if (!outcome.problem.empty()) return;
    if (const Result<void> done = step(); !done) {
      outcome.problem = done.error().to_string();
      running_[i].process.reset();
    }
  }

  Result<void> start(std::size_t i) {
    std::vector<std::string> arguments = {options_.model,
                                          "--threads",
                                          std::to_string(options_.threads),
                                          "--inputs",
                                          std::to_string(options_.inputs),
                                          "--seed",
                                          std::to_string(options_.seed)};
    arguments.insert(arguments.end(), entries_[i].arguments.begin(), entries_[i].arguments.end());
    SLIMC_ASSIGN(RunnerProcess process, RunnerProcess::start(entries_[i].program, arguments));
    running_[i].process.emplace(std::move(process));
    SLIMC_ASSIGN(const std::string line, running_[i].process->read_line(kLoadLimit));
    std::istringstream words(line);
    std::string ready;
    Outcome& outcome = row_.outcomes[i];
    words >> ready >> outcome.memory >> outcome.beyond_weights >> std::ws;
    if (!words || ready != "ready" || !std::getline(words, outcome.description)) {
      return fail({.message = "said '" + line + "' when it started"});
    }
    return rest(*running_[i].process);
  }

  // Takes those out that compute something else than the reference.
  void compare() {
    const auto reference = static_cast<std::size_t>(
        std::find_if(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.is_reference; }) -
        entries_.begin());
    const int compared = std::min(kComparedInputs, options_.inputs);
    for (int input = 0; input < compared; ++input) {
      std::vector<float> expected;
      attempt(reference, [&]() -> Result<void> {
        SLIMC_ASSIGN(expected, output_of(*running_[reference].process, input));
        return {};
      });
      for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (i == reference) continue;
        attempt(i, [&]() -> Result<void> {
          SLIMC_ASSIGN(const std::vector<float> found, output_of(*running_[i].process, input));
          return agree(row_.outcomes[i], expected, found);
        });
      }
    }
  }

  Result<void> agree(Outcome& outcome, const std::vector<float>& expected,
                     const std::vector<float>& found) const {
    if (expected.empty()) return fail({.message = "there is nothing to compare it with"});
    outcome.max_difference = std::max(outcome.max_difference, max_difference(expected, found));
    if (outcome.max_difference <= options_.tolerance) return {};
    return fail(
        {.message = fmt::format("its probabilities differ by {:.2g}, expected at most {:.2g}",
                                outcome.max_difference, options_.tolerance)});
  }

  Result<void> turn(std::size_t i, int round) {
    // Every round starts elsewhere in the pool, at the same image for all, however many runs each
    // has time for. The step is odd and so meets every image of a pool of 16.
    constexpr int kStep = 5;
    SLIMC_ASSIGN(const std::vector<double> times,
                 take_turn(*running_[i].process, round * kStep, options_));
    running_[i].times_ms.insert(running_[i].times_ms.end(), times.begin(), times.end());
    return {};
  }

  void measure_peaks() {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!entries_[i].has_peak) continue;
      row_.peaks[i] = std::max(row_.peaks[i], measure_fma_peak(entries_[i].isa, options_.threads));
    }
  }

  static constexpr int kComparedInputs = 4;

  const std::vector<Entry>& entries_;
  const MeasureOptions& options_;
  std::vector<Running> running_;
  Row row_;
};

}  // namespace

int default_rounds(std::int64_t multiply_adds) {
  constexpr std::int64_t kLong = 100'000'000;
  return multiply_adds < kLong ? 100 : 30;
}

double max_difference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return INFINITY;
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(static_cast<double>(a[i]) - b[i]);
    largest = std::isnan(difference) ? INFINITY : std::max(largest, difference);
  }
  return largest;
}

Row measure_row(const std::vector<Entry>& entries, const MeasureOptions& options) {
  return RowMeasurement(entries, options).run();
}

}  // namespace slimc::peers
