#include "schedules/tiling/tasks.h"

#include <algorithm>

#include "schedules/tiling/arithmetic.h"
#include "schedules/tiling/register_tile.h"

namespace slimc {
namespace {

// How much longer `tasks` equal tasks take than if they could be shared out exactly: a mean over
// one, two and four threads, two counted twice.
double imbalance(std::int64_t tasks) {
  const auto over = [tasks](std::int64_t threads) {
    return static_cast<double>(ceil_div(tasks, threads) * threads) / static_cast<double>(tasks);
  };
  return (1 + 2 * over(2) + over(4)) / 4;
}

}  // namespace

std::int64_t choose_rows(const StageOnTarget& on, int lanes, const TaskCost& task) {
  const StageShape& s = on.shape;
  const TargetTraits& target = on.target;
  // Beside weights that stay in L1 the rows may take two thirds of it. Weights from L2 arrive while
  // the FMAs run, so tasks may be small, and the depthwise is faster on few rows: 56x56x64 with
  // stride 2 to 128 took 0.350 ms in tasks of 1 row and 0.364 ms of 7, 14x14x512 to 512 0.484 ms
  // of 2 and 0.482 ms of 7 (AVX-512, 2 MB of L2). Weights from beyond L2 want large tasks; a cycle
  // for 16 bytes is assumed.
  const bool weights_in_l1 = task.weight_bytes <= target.l1_bytes / 4;
  const bool weights_in_l2 = task.weight_bytes <= target.l2_bytes / 2;
  const std::int64_t budget = weights_in_l1   ? target.l1_bytes * 2 / 3
                              : weights_in_l2 ? target.l2_bytes / 16
                                              : target.l2_bytes / 4;
  const double weight_cycles = weights_in_l2 ? 0 : static_cast<double>(task.weight_bytes) / 16;
  constexpr double kCallCycles = 200;
  std::int64_t best = 1;
  double best_cycles = 0;
  for (std::int64_t rows = 1; rows <= s.out_h; ++rows) {
    if (s.out_h % rows != 0) continue;
    if (rows > 1 && rows * task.row_bytes > budget) break;
    const std::int64_t tasks = s.out_h / rows;
    const double product =
        task.in_channels == 0
            ? static_cast<double>(rows * s.out_w)
            : static_cast<double>(task.in_channels) *
                  choose_register_tile(rows * s.out_w, s.out_c, lanes, target).cycles;
    const double cycles =
        static_cast<double>(tasks) * imbalance(tasks) * (product + weight_cycles + kCallCycles);
    if (best_cycles == 0 || cycles <= best_cycles * 1.005) {
      best = rows;
      best_cycles = std::min(cycles, best_cycles == 0 ? cycles : best_cycles);
    }
  }
  return best;
}

std::int64_t row_of_input(const StageShape& s) { return s.in_w * s.in_c * s.stride_h; }

void check_rows(const StageOnTarget& on, const Tiling& t, FirstProblem& problem) {
  problem.require(divides(t.rows, on.shape.out_h),
                  "rows is " + std::to_string(t.rows) + ", expected a divisor of the " +
                      std::to_string(on.shape.out_h) + " rows of output");
}

void check_task_channels(const Tiling& t, const std::string& unit_name, std::int64_t unit,
                         std::int64_t channels, FirstProblem& problem) {
  problem.require(divides(t.task_channels, channels) && divides(unit, t.task_channels),
                  "task_channels is " + std::to_string(t.task_channels) +
                      ", expected a multiple of " + unit_name + " = " + std::to_string(unit) +
                      " that divides " + std::to_string(channels));
}

void check_split(const StageOnTarget& on, const Tiling& t, const std::string& unit_name,
                 std::int64_t unit, std::int64_t channels, FirstProblem& problem) {
  problem.require(t.rows == on.shape.out_h, "rows is " + std::to_string(t.rows) +
                                                ", expected all " + std::to_string(on.shape.out_h) +
                                                " where channels are split");
  check_task_channels(t, unit_name, unit, channels, problem);
}

std::vector<std::int64_t> row_candidates(const StageOnTarget& on, const Tiling& around,
                                         std::int64_t row_floats) {
  const std::int64_t most = on.target.l2_bytes / std::int64_t{sizeof(float)} / row_floats;
  std::vector<std::int64_t> rows = divisors(on.shape.out_h);
  rows.erase(std::remove_if(rows.begin(), rows.end(),
                            [&](std::int64_t r) { return r != 1 && r != around.rows && r > most; }),
             rows.end());
  return rows;
}

}  // namespace slimc
