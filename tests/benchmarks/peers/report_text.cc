#include <fmt/format.h>

#include <algorithm>

#include "tests/benchmarks/peers/goals.h"
#include "tests/benchmarks/peers/report.h"
#include "tool/table.h"

namespace slimc::peers {
namespace {

using Align = Table::Align;

// "100 rounds", or "30 to 100 rounds" where rows differ.
std::string rounds_text(const Comparison& comparison) {
  if (comparison.rows.empty()) return "No rounds";
  const auto [least, most] =
      std::minmax_element(comparison.rows.begin(), comparison.rows.end(),
                          [](const Row& a, const Row& b) { return a.rounds < b.rounds; });
  if (least->rounds != most->rounds) {
    return fmt::format("{} to {} rounds", least->rounds, most->rounds);
  }
  return fmt::format("{} round{}", least->rounds, least->rounds == 1 ? "" : "s");
}

std::string header(const Comparison& comparison) {
  const Circumstances& c = comparison.circumstances;
  std::string text = fmt::format(
      "{}, {} core{}, {}, {}\n"
      "{} in turn; in each turn a contender computes for {:g} ms, at least once, without being "
      "timed, then for {:g} ms, at least {} time{}, on one after the other of {} images.\n"
      "Load when it began: {:.2f}.\n",
      c.cpu, c.cores, c.cores == 1 ? "" : "s", c.system, c.date, rounds_text(comparison),
      c.warmup_ms, c.timed_ms, c.repeats, c.repeats == 1 ? "" : "s", c.inputs, c.load);
  for (const std::string& note : c.notes) text += "NOTE: " + note + "\n";
  return text;
}

// Descriptions of the first row, which are those of all but for threads.
std::string contenders(const Comparison& comparison) {
  std::string text = "\n";
  if (comparison.rows.empty()) return text;
  const Row& row = comparison.rows.front();
  for (std::size_t i = 0; i < comparison.contenders.size(); ++i) {
    text += fmt::format("{:<16} {}\n", comparison.contenders[i].name, row.outcomes[i].description);
  }
  return text;
}

std::string ratio_text(double ratio) { return ratio == 0 ? "-" : fmt::format("{:.2f}", ratio); }

std::string times_table(const Comparison& comparison, Figure figure) {
  std::vector<Table::Column> columns = {{"network"}, {"threads", Align::Right}};
  for (const Contender& contender : comparison.contenders) {
    columns.push_back({contender.name, Align::Right});
  }
  columns.push_back({"best peer"});
  for (const Contender& contender : comparison.contenders) {
    if (contender.ours) columns.push_back({contender.name + " ahead", Align::Right});
  }
  Table table(columns);
  for (const Row& row : comparison.rows) {
    std::vector<std::string> cells = {row.network, std::to_string(row.threads)};
    for (const Outcome& outcome : row.outcomes) {
      cells.push_back(outcome.timed() ? fmt::format("{:.3f}", time_of(outcome, figure)) : "FAILED");
    }
    const int best = best_peer(comparison, row, figure);
    cells.push_back(best < 0 ? "-" : comparison.contenders[static_cast<std::size_t>(best)].name);
    for (std::size_t i = 0; i < comparison.contenders.size(); ++i) {
      if (!comparison.contenders[i].ours) continue;
      cells.push_back(ratio_text(ratio_to_best_peer(comparison, row, static_cast<int>(i), figure)));
    }
    table.add(cells);
  }
  return table.to_string();
}

std::string summary_table(const Comparison& comparison) {
  Table table({{"ahead of the best peer"},
               {"threads", Align::Right},
               {"of"},
               {"geometric mean", Align::Right},
               {"lowest row", Align::Right}});
  for (std::size_t i = 0; i < comparison.contenders.size(); ++i) {
    if (!comparison.contenders[i].ours) continue;
    for (const int threads : threads_of(comparison)) {
      for (const Figure figure : {Figure::Min, Figure::Median}) {
        const Summary summary = summarise(comparison, threads, static_cast<int>(i), figure);
        table.add({comparison.contenders[i].name, std::to_string(threads),
                   figure == Figure::Min ? "minimum" : "median", ratio_text(summary.geometric_mean),
                   ratio_text(summary.lowest)});
      }
    }
  }
  return table.to_string();
}

std::string peaks_table(const Comparison& comparison) {
  std::vector<Table::Column> columns = {
      {"network"}, {"threads", Align::Right}, {"multiply-adds", Align::Right}};
  for (const Contender& contender : comparison.contenders) {
    if (!contender.ours) continue;
    columns.push_back({contender.name + " GMAC/s", Align::Right});
    columns.push_back({"of", Align::Right});
    columns.push_back({"share", Align::Right});
  }
  Table table(columns);
  for (const Row& row : comparison.rows) {
    std::vector<std::string> cells = {row.network, std::to_string(row.threads),
                                      grouped(row.multiply_adds)};
    for (std::size_t i = 0; i < comparison.contenders.size(); ++i) {
      if (!comparison.contenders[i].ours) continue;
      const bool known = row.outcomes[i].timed() && row.peaks[i] > 0;
      const double speed = known ? gmacs(row, row.outcomes[i]) : 0;
      cells.push_back(known ? fmt::format("{:.1f}", speed) : "-");
      cells.push_back(known ? fmt::format("{:.1f}", row.peaks[i]) : "-");
      cells.push_back(known ? fmt::format("{:.1f}%", 100 * speed / row.peaks[i]) : "-");
    }
    table.add(cells);
  }
  return table.to_string();
}

// Empty where the run had not both numbers of threads.
std::string scaling_table(const Comparison& comparison) {
  std::vector<Table::Column> columns = {{"2 threads over 1"}};
  for (const Contender& contender : comparison.contenders) {
    columns.push_back({contender.name, Align::Right});
  }
  Table table(columns);
  bool any = false;
  for (const std::string& network : networks_of(comparison)) {
    if (find_row(comparison, network, 1) == nullptr ||
        find_row(comparison, network, 2) == nullptr) {
      continue;
    }
    std::vector<std::string> cells = {network};
    for (std::size_t i = 0; i < comparison.contenders.size(); ++i) {
      cells.push_back(
          ratio_text(two_threads_over_one(comparison, network, static_cast<int>(i), Figure::Min)));
    }
    table.add(cells);
    any = true;
  }
  return any ? "\n" + table.to_string() : "";
}

std::string goals_table(const Comparison& comparison) {
  const std::vector<Goal> goals = goals_of(comparison);
  if (goals.empty()) return "";
  Table table({{"goal"}, {"reach", Align::Right}, {"measured", Align::Right}, {""}});
  for (const Goal& goal : goals) {
    const bool known = goal.value > 0;
    table.add({goal.name, reach_text(goal), known ? value_text(goal, goal.value) : "-",
               !known         ? "not measured"
               : is_met(goal) ? "met"
                              : "NOT MET"});
  }
  return "\nGoals:\n" + table.to_string();
}

// The largest difference of each contender over all rows.
std::string agreement(const Comparison& comparison) {
  std::string text;
  for (std::size_t i = 0; i < comparison.contenders.size(); ++i) {
    double largest = 0;
    for (const Row& row : comparison.rows) {
      largest = std::max(largest, row.outcomes[i].max_difference);
    }
    if (i > 0) text += fmt::format("{:<16} {:.2g}\n", comparison.contenders[i].name, largest);
  }
  return text;
}

}  // namespace

std::string to_text(const Comparison& comparison) {
  std::string text = header(comparison) + contenders(comparison);
  text += "\nMinimum, ms:\n" + times_table(comparison, Figure::Min);
  text += "\nMedian, ms:\n" + times_table(comparison, Figure::Median);
  text += "\n" + summary_table(comparison) + scaling_table(comparison) + goals_table(comparison);
  text += "\nAgainst the FMA peak of the same run:\n" + peaks_table(comparison);
  for (const Bandwidth& bandwidth : comparison.bandwidths) {
    text += fmt::format("Read bandwidth, {} thread{}: {}\n", bandwidth.threads,
                        bandwidth.threads == 1 ? "" : "s", to_string(bandwidth.levels));
  }
  text += fmt::format("\nLargest difference from the probabilities of {} (at most {:.0e}):\n",
                      comparison.contenders.front().name, comparison.circumstances.tolerance) +
          agreement(comparison);
  const std::vector<std::string> problems = problems_of(comparison);
  if (!problems.empty()) text += "\nFAILED:\n";
  for (const std::string& problem : problems) text += problem + "\n";
  return text;
}

}  // namespace slimc::peers
