// What several threads reach together: for the yardsticks of `slimc bench`.
#pragma once

#include <barrier>
#include <cstddef>
#include <numeric>
#include <thread>
#include <vector>

namespace slimc {

// Calls rate(thread) on `threads` threads at the same time, the calling one among them, and adds up
// what they return.
template <typename Rate>
double sum_of_rates(int threads, const Rate& rate) {
  std::vector<double> rates(static_cast<std::size_t>(threads));
  std::barrier start(threads);
  const auto work = [&](std::size_t thread) {
    start.arrive_and_wait();
    rates[thread] = rate(thread);
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < rates.size(); ++i) others.emplace_back(work, i);
  work(0);
  others.clear();  // joins
  return std::accumulate(rates.begin(), rates.end(), 0.0);
}

}  // namespace slimc
