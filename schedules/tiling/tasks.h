// What a task of a stage is: some rows of its output, or all rows of some channels.
#pragma once

#include <string>
#include <vector>

#include "schedules/tiling/tiling_rules.h"

namespace slimc {

// What a task of rows is made of.
struct TaskCost {
  std::int64_t row_bytes = 0;     // a row of input and intermediates, which should stay in a cache
  std::int64_t weight_bytes = 0;  // read once a task
  std::int64_t in_channels = 0;   // of the matrix product; 0 where there is none
};

// The divisor of out_h that makes the stage fastest: a task's rows fit a cache, register tiles fit
// a task's pixels, threads share the tasks evenly. Of equals the largest, which reads weights
// least.
std::int64_t choose_rows(const StageOnTarget& on, int lanes, const TaskCost& task);

// Floats of input that a row of output needs and the one above did not.
std::int64_t row_of_input(const StageShape& shape);

void check_rows(const StageOnTarget& on, const Tiling& tiling, FirstProblem& problem);

// Tasks are ranges of `channels`, each a multiple of `unit`, which is what `unit_name` says.
void check_task_channels(const Tiling& tiling, const std::string& unit_name, std::int64_t unit,
                         std::int64_t channels, FirstProblem& problem);
// The same where they might as well be ranges of rows (`split_channels`).
void check_split(const StageOnTarget& on, const Tiling& tiling, const std::string& unit_name,
                 std::int64_t unit, std::int64_t channels, FirstProblem& problem);

// Rows of tasks that keep in L2 what they read and what is between their convolutions, `row_floats`
// a row; besides these one row and those of `around`.
std::vector<std::int64_t> row_candidates(const StageOnTarget& on, const Tiling& around,
                                         std::int64_t row_floats);

}  // namespace slimc
