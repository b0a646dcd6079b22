#include <nlohmann/json.hpp>

#include "tests/benchmarks/peers/goals.h"
#include "tests/benchmarks/peers/report.h"

namespace slimc::peers {
namespace {

using Json = nlohmann::ordered_json;

Json circumstances_json(const Circumstances& c) {
  return {{"cpu", c.cpu},           {"cores", c.cores},
          {"system", c.system},     {"date", c.date},
          {"load", c.load},         {"warmup_ms", c.warmup_ms},
          {"timed_ms", c.timed_ms}, {"repeats", c.repeats},
          {"inputs", c.inputs},     {"tolerance", c.tolerance},
          {"notes", c.notes}};
}

Json row_json(const Comparison& comparison, const Row& row) {
  Json results = Json::array();
  for (std::size_t i = 0; i < row.outcomes.size(); ++i) {
    const Outcome& outcome = row.outcomes[i];
    const int index = static_cast<int>(i);
    Json result = {{"contender", comparison.contenders[i].name},
                   {"description", outcome.description},
                   {"max_difference", outcome.max_difference}};
    if (outcome.timed()) {
      result["min_ms"] = outcome.min_ms;
      result["median_ms"] = outcome.median_ms;
      result["timed_runs"] = outcome.runs;
      result["gmacs"] = gmacs(row, outcome);
      result["ahead_by_min"] = ratio_to_best_peer(comparison, row, index, Figure::Min);
      result["ahead_by_median"] = ratio_to_best_peer(comparison, row, index, Figure::Median);
    } else {
      result["problem"] = outcome.problem;
    }
    if (outcome.memory > 0) result["memory_bytes"] = outcome.memory;
    if (outcome.beyond_weights > 0) result["library_bytes_beyond_weights"] = outcome.beyond_weights;
    if (row.peaks[i] > 0) result["peak_gmacs"] = row.peaks[i];
    results.push_back(result);
  }
  Json json = {{"network", row.network},
               {"threads", row.threads},
               {"rounds", row.rounds},
               {"multiply_adds", row.multiply_adds},
               {"results", results}};
  const int best = best_peer(comparison, row, Figure::Min);
  if (best >= 0) json["best_peer"] = comparison.contenders[static_cast<std::size_t>(best)].name;
  return json;
}

Json summary_json(const Comparison& comparison) {
  Json summaries = Json::array();
  for (std::size_t i = 0; i < comparison.contenders.size(); ++i) {
    if (!comparison.contenders[i].ours) continue;
    for (const int threads : threads_of(comparison)) {
      const Summary min = summarise(comparison, threads, static_cast<int>(i), Figure::Min);
      const Summary median = summarise(comparison, threads, static_cast<int>(i), Figure::Median);
      summaries.push_back({{"contender", comparison.contenders[i].name},
                           {"threads", threads},
                           {"geometric_mean_by_min", min.geometric_mean},
                           {"lowest_by_min", min.lowest},
                           {"geometric_mean_by_median", median.geometric_mean},
                           {"lowest_by_median", median.lowest}});
    }
  }
  return summaries;
}

Json scaling_json(const Comparison& comparison) {
  Json rows = Json::array();
  for (const std::string& network : networks_of(comparison)) {
    for (std::size_t i = 0; i < comparison.contenders.size(); ++i) {
      const int index = static_cast<int>(i);
      const double min = two_threads_over_one(comparison, network, index, Figure::Min);
      const double median = two_threads_over_one(comparison, network, index, Figure::Median);
      if (min == 0) continue;
      rows.push_back({{"network", network},
                      {"contender", comparison.contenders[i].name},
                      {"by_min", min},
                      {"by_median", median}});
    }
  }
  return rows;
}

Json goals_json(const Comparison& comparison) {
  Json goals = Json::array();
  for (const Goal& goal : goals_of(comparison)) {
    goals.push_back({{"goal", goal.name},
                     {"reach", reach_text(goal)},
                     {"bound", goal.bound},
                     {"value", goal.value > 0 ? Json(goal.value) : Json(nullptr)},
                     {"met", goal.value > 0 ? Json(is_met(goal)) : Json(nullptr)}});
  }
  return goals;
}

Json bandwidth_json(const Bandwidth& bandwidth) {
  Json levels = Json::array();
  for (const MemoryLevel& level : bandwidth.levels) {
    levels.push_back(
        {{"level", level.name}, {"bytes", level.bytes}, {"gb_a_second", level.gb_a_second}});
  }
  return {{"threads", bandwidth.threads}, {"levels", levels}};
}

}  // namespace

std::string to_json(const Comparison& comparison) {
  Json rows = Json::array();
  for (const Row& row : comparison.rows) rows.push_back(row_json(comparison, row));
  Json bandwidths = Json::array();
  for (const Bandwidth& bandwidth : comparison.bandwidths) {
    bandwidths.push_back(bandwidth_json(bandwidth));
  }
  const Json json = {{"circumstances", circumstances_json(comparison.circumstances)},
                     {"rows", rows},
                     {"ahead_of_best_peer", summary_json(comparison)},
                     {"two_threads_over_one", scaling_json(comparison)},
                     {"goals", goals_json(comparison)},
                     {"read_bandwidth", bandwidths},
                     {"problems", problems_of(comparison)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace slimc::peers
