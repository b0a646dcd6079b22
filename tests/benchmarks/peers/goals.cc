#include "tests/benchmarks/peers/goals.h"

#include <fmt/format.h>

#include <algorithm>

namespace slimc::peers {
namespace {

using Unit = Goal::Unit;
using Side = Goal::Side;

// How `slimc init` and the published files call them.
constexpr const char* kLarge = "mobilenet_v1_1.0_224";
constexpr const char* kSmall = "mobilenet_v1_0.25_128";
constexpr std::size_t kPublishedNetworks = 16;

std::string threads_text(int threads) {
  return fmt::format("{} thread{}", threads, threads == 1 ? "" : "s");
}

// "1.0/224" of "mobilenet_v1_1.0_224".
std::string short_name(const std::string& network) {
  constexpr std::string_view kFamily = "mobilenet_v1_";
  std::string name = network.substr(kFamily.size());
  std::replace(name.begin(), name.end(), '_', '/');
  return name;
}

class Judge {
 public:
  Judge(const Comparison& comparison, std::size_t contender)
      : comparison_(comparison), contender_(contender) {}

  std::vector<Goal> goals() {
    share_of_peak(kLarge, 0.85);
    for (const int threads : {1, 2}) against_peers(threads);
    share_of_peak(kSmall, 0.6);
    scaling(kLarge, 1.85);
    scaling(kSmall, 1.6);
    memory(kLarge, 5.0e6);
    library_size(450e3);
    return std::move(goals_);
  }

 private:
  const Outcome& ours(const Row& row) const { return row.outcomes[contender_]; }

  void share_of_peak(const char* network, double bound) {
    const Row* row = find_row(comparison_, network, 1);
    if (row == nullptr) return;
    const double peak = row->peaks[contender_];
    const bool known = ours(*row).timed() && peak > 0;
    goals_.push_back({.name = short_name(network) + ", 1 thread: share of the FMA peak",
                      .unit = Unit::Share,
                      .bound = bound,
                      .value = known ? gmacs(*row, ours(*row)) / peak : 0});
  }

  void against_peers(int threads) {
    const auto rows = static_cast<std::size_t>(
        std::count_if(comparison_.rows.begin(), comparison_.rows.end(),
                      [&](const Row& row) { return row.threads == threads; }));
    if (rows == 0) return;
    // The goal is meant for all of them; a part shows where it tends.
    const std::string which = rows == kPublishedNetworks
                                  ? "all 16 networks"
                                  : fmt::format("{} network{} of 16", rows, rows == 1 ? "" : "s");
    const Summary summary =
        summarise(comparison_, threads, static_cast<int>(contender_), Figure::Min);
    const std::string name = which + ", " + threads_text(threads) + ": ahead of the best peer, ";
    goals_.push_back(
        {.name = name + "geometric mean", .bound = 1.25, .value = summary.geometric_mean});
    goals_.push_back({.name = name + "lowest row", .bound = 1.05, .value = summary.lowest});
  }

  void scaling(const char* network, double bound) {
    if (find_row(comparison_, network, 1) == nullptr ||
        find_row(comparison_, network, 2) == nullptr) {
      return;
    }
    goals_.push_back({.name = short_name(network) + ": 2 threads over 1",
                      .bound = bound,
                      .value = two_threads_over_one(comparison_, network,
                                                    static_cast<int>(contender_), Figure::Min)});
  }

  void memory(const char* network, double bound) {
    const Row* row = find_row(comparison_, network, 1);
    if (row == nullptr) return;
    goals_.push_back({.name = short_name(network) + ", 1 thread: the caller's memory",
                      .unit = Unit::Megabytes,
                      .side = Side::AtMost,
                      .bound = bound,
                      .value = static_cast<double>(ours(*row).memory)});
  }

  // The largest of the networks at hand. One that is not known leaves it open.
  void library_size(double bound) {
    if (comparison_.rows.empty()) return;
    std::int64_t largest = 0;
    for (const Row& row : comparison_.rows) {
      if (ours(row).beyond_weights == 0) {
        largest = 0;
        break;
      }
      largest = std::max(largest, ours(row).beyond_weights);
    }
    goals_.push_back({.name = "largest library, beyond its weights",
                      .unit = Unit::Kilobytes,
                      .side = Side::AtMost,
                      .bound = bound,
                      .value = static_cast<double>(largest)});
  }

  const Comparison& comparison_;
  const std::size_t contender_;
  std::vector<Goal> goals_;
};

}  // namespace

std::vector<Goal> goals_of(const Comparison& comparison) {
  for (std::size_t i = 0; i < comparison.contenders.size(); ++i) {
    if (comparison.contenders[i].ours) return Judge(comparison, i).goals();
  }
  return {};
}

bool is_met(const Goal& goal) {
  if (goal.value <= 0) return false;
  return goal.side == Side::AtLeast ? goal.value >= goal.bound : goal.value <= goal.bound;
}

std::string value_text(const Goal& goal, double value) {
  switch (goal.unit) {
    case Unit::Share:
      return fmt::format("{:.2f}%", 100 * value);
    case Unit::Ratio:
      return fmt::format("{:.3f}", value);
    case Unit::Megabytes:
      return fmt::format("{:.3f} MB", value / 1e6);
    case Unit::Kilobytes:
      return fmt::format("{:.1f} kB", value / 1e3);
  }
  return "";
}

std::string reach_text(const Goal& goal) {
  return (goal.side == Side::AtLeast ? ">= " : "<= ") + value_text(goal, goal.bound);
}

}  // namespace slimc::peers
