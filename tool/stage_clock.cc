#include "tool/stage_clock.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace slimc {

RandomInputs::RandomInputs(std::int64_t elements) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (std::vector<float>& input : inputs_) {
    input.resize(static_cast<std::size_t>(elements));
    for (float& value : input) value = uniform(random);
  }
}

void StageClock::observe(void* clock, int stage, int phase, int /*batch_item*/) {
  auto& self = *static_cast<StageClock*>(clock);
  if (phase == 0) {
    self.begin_ = Clock::now();
  } else {
    self.run_[static_cast<std::size_t>(stage)] += Clock::now() - self.begin_;
  }
}

void StageClock::end_run() {
  for (std::size_t i = 0; i < run_.size(); ++i) {
    samples_[i].push_back(slimc::milliseconds(run_[i]));
  }
  drop_run();
}

void StageClock::drop_run() { std::fill(run_.begin(), run_.end(), Clock::duration::zero()); }

double milliseconds(StageClock::Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

double quantile(std::vector<double> samples, double fraction) {
  std::sort(samples.begin(), samples.end());
  const auto rank =
      static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(samples.size())));
  return samples[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace slimc
