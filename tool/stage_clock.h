// What timing a compiled network takes: inputs that change, and a clock that is read at every
// stage.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace slimc {

// A few different images, so that no run meets its own input again.
class RandomInputs {
 public:
  explicit RandomInputs(std::int64_t elements);
  const float* next() { return inputs_[at_++ % std::size(inputs_)].data(); }

 private:
  std::vector<float> inputs_[4];
  std::size_t at_ = 0;
};

// Reads the clock around every stage of a run.
class StageClock {
 public:
  using Clock = std::chrono::steady_clock;

  explicit StageClock(std::size_t stages) : run_(stages), samples_(stages) {}

  // A StageObserver, whose user is the clock.
  static void observe(void* clock, int stage, int phase, int batch_item);

  // Keeps the run that is over, or forgets it.
  void end_run();
  void drop_run();

  // Of each run that was kept, summed over the batch.
  const std::vector<double>& milliseconds(std::size_t stage) const { return samples_[stage]; }

 private:
  Clock::time_point begin_;
  std::vector<Clock::duration> run_;  // of the run that is under way
  std::vector<std::vector<double>> samples_;
};

double milliseconds(StageClock::Clock::duration duration);

// The value below which `fraction` of the samples lie (the nearest-rank definition).
double quantile(std::vector<double> samples, double fraction);

}  // namespace slimc
