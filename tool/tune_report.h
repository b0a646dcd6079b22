// What `slimc tune` prints: schedules side by side.
#pragma once

#include <string>
#include <vector>

#include "compiler/tuning/comparison.h"
#include "tool/console.h"

namespace slimc {

// A table for each number of threads; `base` is the schedule that the others are compared with.
std::string comparison_text(const std::vector<ComparedSchedule>& schedules, std::size_t base);

// {schedules, threads [{threads, network, stages, mean_ratio}]}
Json comparison_json(const std::vector<ComparedSchedule>& schedules, std::size_t base);

// Warns where other work would be in the measurements.
void warn_if_busy(Console& console);

}  // namespace slimc
