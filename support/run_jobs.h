// Independent jobs on a few threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace slimc {

// Calls job(0) ... job(jobs - 1), each once and in no order, on at most `threads` threads, the
// calling one among them. Returns when all are done.
template <typename Job>
void run_jobs(int threads, std::size_t jobs, const Job& job) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i; (i = next++) < jobs;) job(i);
  };
  std::vector<std::jthread> others;
  const std::size_t workers = std::min(static_cast<std::size_t>(std::max(threads, 1)), jobs);
  try {
    while (others.size() + 1 < workers) others.emplace_back(work);
  } catch (const std::system_error&) {
    // At a limit of memory or threads (ulimit -v, -u): those that there are do all of it.
  }
  work();
}  // joins

}  // namespace slimc
