#include "compiler/tuning/comparison.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

namespace slimc {
namespace {

// "block_3" of "block_3_depthwise", where that is a stage of some schedule.
std::string row_name(const std::string& stage, const std::set<std::string>& all) {
  for (const std::string_view end : {"_depthwise", "_pointwise"}) {
    if (!stage.ends_with(end)) continue;
    std::string block = stage.substr(0, stage.size() - end.size());
    if (all.count(block) != 0) return block;
  }
  return stage;
}

}  // namespace

ComparedSchedule compared(std::string name, const Variant& variant, VariantTimes times) {
  ComparedSchedule schedule{.name = std::move(name)};
  for (const ScheduledStage& stage : variant.stages()) schedule.stages.push_back(stage.name);
  schedule.times = std::move(times);
  return schedule;
}

std::vector<ComparisonRow> comparison_rows(const std::vector<ComparedSchedule>& schedules,
                                           std::size_t threads) {
  std::set<std::string> all;
  for (const ComparedSchedule& schedule : schedules) {
    all.insert(schedule.stages.begin(), schedule.stages.end());
  }
  std::vector<ComparisonRow> rows;
  for (std::size_t s = 0; s < schedules.size(); ++s) {
    const ComparedSchedule& schedule = schedules[s];
    for (std::size_t i = 0; i < schedule.stages.size(); ++i) {
      const std::string name = row_name(schedule.stages[i], all);
      auto row = std::find_if(rows.begin(), rows.end(),
                              [&](const ComparisonRow& r) { return r.stage == name; });
      if (row == rows.end()) {
        rows.push_back({.stage = name,
                        .min_us = std::vector<double>(schedules.size()),
                        .fell_back = std::vector<bool>(schedules.size())});
        row = std::prev(rows.end());
      }
      row->min_us[s] += schedule.times.stages[i][threads].min_us;
      if (!schedule.fell_back.empty() && schedule.fell_back[i]) row->fell_back[s] = true;
    }
  }
  return rows;
}

double mean_ratio(const std::vector<ComparisonRow>& rows, std::size_t schedule, std::size_t to) {
  double sum = 0;
  std::size_t count = 0;
  for (const ComparisonRow& row : rows) {
    // A schedule may have a stage that the other has not: dropping padding channels.
    if (row.min_us[schedule] <= 0 || row.min_us[to] <= 0) continue;
    sum += std::log(row.min_us[schedule] / row.min_us[to]);
    ++count;
  }
  return count == 0 ? 1 : std::exp(sum / static_cast<double>(count));
}

}  // namespace slimc
