// Schedules of one network side by side, stage by stage.
#pragma once

#include <string>
#include <vector>

#include "compiler/tuning/bench.h"

namespace slimc {

struct ComparedSchedule {
  std::string name;                 // "model", "tuned", "adams2019"
  std::vector<std::string> stages;  // names
  VariantTimes times;
  std::vector<bool> fell_back;  // stages that it could not schedule; empty: none
  double search_seconds = 0;    // that finding the schedule took
  double compile_seconds = 0;   // of all kernels and the rest of the library
};

ComparedSchedule compared(std::string name, const Variant& variant, VariantTimes times);

// A stage, or a block where some schedule has it as one stage and another as two.
struct ComparisonRow {
  std::string stage;
  std::vector<double> min_us;   // a schedule
  std::vector<bool> fell_back;  // a schedule
};

// Of the times with the `threads`-th number of threads.
std::vector<ComparisonRow> comparison_rows(const std::vector<ComparedSchedule>& schedules,
                                           std::size_t threads);

// The geometric mean over the stages of one schedule's time over another's.
double mean_ratio(const std::vector<ComparisonRow>& rows, std::size_t schedule, std::size_t to);

}  // namespace slimc
