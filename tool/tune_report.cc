#include "tool/tune_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "tool/table.h"
#include "tool/this_machine.h"

namespace slimc {
namespace {

bool any_autoscheduler(const std::vector<ComparedSchedule>& schedules) {
  constexpr std::size_t kOwn = 2;  // the tuned and the model's
  return schedules.size() > kOwn;
}

}  // namespace

std::string comparison_text(const std::vector<ComparedSchedule>& schedules, std::size_t base) {
  std::string text;
  bool any_failed = false;
  const std::vector<RecordTime>& counts = schedules[base].times.network;
  for (std::size_t t = 0; t < counts.size(); ++t) {
    std::vector<Table::Column> columns = {
        {fmt::format("{} thread{}: us", counts[t].threads, counts[t].threads == 1 ? "" : "s")}};
    for (const ComparedSchedule& schedule : schedules) {
      columns.push_back({schedule.name, Table::Align::Right});
    }
    Table table(columns);
    const std::vector<ComparisonRow> rows = comparison_rows(schedules, t);
    for (const ComparisonRow& row : rows) {
      std::vector<std::string> cells = {row.stage};
      for (std::size_t s = 0; s < schedules.size(); ++s) {
        any_failed = any_failed || row.fell_back[s];
        cells.push_back(
            row.min_us[s] > 0
                ? fmt::format("{}{:.2f}", row.fell_back[s] ? "failed " : "", row.min_us[s])
                : "-");
      }
      table.add(cells);
    }
    table.add_rule();
    const auto line = [&](const std::string& title, const auto& cell) {
      std::vector<std::string> cells = {title};
      for (std::size_t s = 0; s < schedules.size(); ++s) cells.push_back(cell(s));
      table.add(cells);
    };
    line("network, min", [&](std::size_t s) {
      return fmt::format("{:.2f}", schedules[s].times.network[t].min_us);
    });
    line("network, median", [&](std::size_t s) {
      return fmt::format("{:.2f}", schedules[s].times.network[t].median_us);
    });
    line(fmt::format("stages / {}, geometric mean", schedules[base].name),
         [&](std::size_t s) { return fmt::format("{:.3f}", mean_ratio(rows, s, base)); });
    if (std::any_of(schedules.begin(), schedules.end(), [](const ComparedSchedule& schedule) {
          return schedule.search_seconds > 0 || schedule.compile_seconds > 0;
        })) {
      line("search, s",
           [&](std::size_t s) { return fmt::format("{:.1f}", schedules[s].search_seconds); });
      line("compile, s",
           [&](std::size_t s) { return fmt::format("{:.1f}", schedules[s].compile_seconds); });
    }
    text += table.to_string() + "\n";
  }
  if (any_autoscheduler(schedules)) {
    text += "An autoscheduler searches while it compiles: its compile time is both.\n";
  }
  if (any_failed) text += "failed: it could not schedule the stage; the time is the model's\n";
  return text;
}

Json comparison_json(const std::vector<ComparedSchedule>& schedules, std::size_t base) {
  Json list = Json::array();
  for (const ComparedSchedule& schedule : schedules) {
    list.push_back({{"name", schedule.name},
                    {"search_seconds", schedule.search_seconds},
                    {"compile_seconds", schedule.compile_seconds}});
  }
  Json threads = Json::array();
  const std::vector<RecordTime>& counts = schedules[base].times.network;
  for (std::size_t t = 0; t < counts.size(); ++t) {
    const std::vector<ComparisonRow> rows = comparison_rows(schedules, t);
    Json network = Json::object(), means = Json::object(), stages = Json::array();
    for (std::size_t s = 0; s < schedules.size(); ++s) {
      const RecordTime& time = schedules[s].times.network[t];
      network[schedules[s].name] = {{"min_us", time.min_us}, {"median_us", time.median_us}};
      means[schedules[s].name] = mean_ratio(rows, s, base);
    }
    for (const ComparisonRow& row : rows) {
      Json us = Json::object(), failed = Json::array();
      for (std::size_t s = 0; s < schedules.size(); ++s) {
        us[schedules[s].name] = row.min_us[s] > 0 ? Json(row.min_us[s]) : Json(nullptr);
        if (row.fell_back[s]) failed.push_back(schedules[s].name);
      }
      stages.push_back({{"name", row.stage}, {"min_us", us}, {"failed", failed}});
    }
    threads.push_back({{"threads", counts[t].threads},
                       {"network", network},
                       {"stages", stages},
                       {"mean_ratio", means}});
  }
  return {{"schedules", list}, {"base", schedules[base].name}, {"threads", threads}};
}

void warn_if_busy(Console& console) {
  const double busy = busy_share();
  // Half a core of two; a terminal and a few daemons take less than a tenth of that.
  constexpr double kIdle = 0.05;
  if (busy <= kIdle) return;
  console.warning({.subject = "this machine",
                   .message = fmt::format("{:.0f}% of its cores are busy with something else: what "
                                          "is measured now is not to be trusted",
                                          100 * busy)});
}

}  // namespace slimc
