#include "tests/benchmarks/peers/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace slimc::peers {

double time_of(const Outcome& outcome, Figure figure) {
  return figure == Figure::Min ? outcome.min_ms : outcome.median_ms;
}

int best_peer(const Comparison& comparison, const Row& row, Figure figure) {
  int best = -1;
  for (std::size_t i = 0; i < comparison.contenders.size(); ++i) {
    if (comparison.contenders[i].ours || !row.outcomes[i].timed()) continue;
    if (best < 0 || time_of(row.outcomes[i], figure) <
                        time_of(row.outcomes[static_cast<std::size_t>(best)], figure)) {
      best = static_cast<int>(i);
    }
  }
  return best;
}

double ratio_to_best_peer(const Comparison& comparison, const Row& row, int contender,
                          Figure figure) {
  const int best = best_peer(comparison, row, figure);
  const Outcome& own = row.outcomes[static_cast<std::size_t>(contender)];
  if (best < 0 || !own.timed()) return 0;
  return time_of(row.outcomes[static_cast<std::size_t>(best)], figure) / time_of(own, figure);
}

Summary summarise(const Comparison& comparison, int threads, int contender, Figure figure) {
  double sum_of_logarithms = 0, lowest = INFINITY;
  int count = 0;
  for (const Row& row : comparison.rows) {
    if (row.threads != threads) continue;
    const double ratio = ratio_to_best_peer(comparison, row, contender, figure);
    if (ratio == 0) return {};
    sum_of_logarithms += std::log(ratio);
    lowest = std::min(lowest, ratio);
    ++count;
  }
  if (count == 0) return {};
  return {.geometric_mean = std::exp(sum_of_logarithms / count), .lowest = lowest};
}

const Row* find_row(const Comparison& comparison, const std::string& network, int threads) {
  for (const Row& row : comparison.rows) {
    if (row.network == network && row.threads == threads) return &row;
  }
  return nullptr;
}

double two_threads_over_one(const Comparison& comparison, const std::string& network, int contender,
                            Figure figure) {
  const Row* one = find_row(comparison, network, 1);
  const Row* two = find_row(comparison, network, 2);
  if (one == nullptr || two == nullptr) return 0;
  const Outcome& slow = one->outcomes[static_cast<std::size_t>(contender)];
  const Outcome& fast = two->outcomes[static_cast<std::size_t>(contender)];
  if (!slow.timed() || !fast.timed()) return 0;
  return time_of(slow, figure) / time_of(fast, figure);
}

std::vector<std::string> networks_of(const Comparison& comparison) {
  std::vector<std::string> networks;
  for (const Row& row : comparison.rows) {
    if (std::find(networks.begin(), networks.end(), row.network) == networks.end()) {
      networks.push_back(row.network);
    }
  }
  return networks;
}

std::vector<int> threads_of(const Comparison& comparison) {
  std::vector<int> threads;
  for (const Row& row : comparison.rows) {
    if (std::find(threads.begin(), threads.end(), row.threads) == threads.end()) {
      threads.push_back(row.threads);
    }
  }
  return threads;
}

std::vector<std::string> problems_of(const Comparison& comparison) {
  std::vector<std::string> problems;
  for (const Row& row : comparison.rows) {
    for (std::size_t i = 0; i < row.outcomes.size(); ++i) {
      if (row.outcomes[i].problem.empty()) continue;
      problems.push_back(fmt::format("{}, {} thread{}, {}: {}", row.network, row.threads,
                                     row.threads == 1 ? "" : "s", comparison.contenders[i].name,
                                     row.outcomes[i].problem));
    }
  }
  return problems;
}

double gmacs(const Row& row, const Outcome& outcome) {
  constexpr double kPerGigaAndSecond = 1e6;  // MAC/ms in GMAC/s
  return static_cast<double>(row.multiply_adds) / outcome.min_ms / kPerGigaAndSecond;
}

}  // namespace slimc::peers
