// The one place that says how a network is scheduled.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/targets/target.h"
#include "schedules/records/best_tilings.h"
#include "schedules/tiling/schedule.h"
#include "stages/kernel.h"
#include "stages/network_stage.h"
#include "support/result.h"

namespace slimc {

class Graph;

// What decides a plan beside the graph and the target.
struct PlanOptions {
  Precision precision;
  // A schedule of somebody else's, as the tuner's, for these very stages; null: chosen here.
  std::shared_ptr<const Schedule> schedule;
  // The user's measured schedules, which are asked before those that are checked in; may be null.
  std::shared_ptr<const std::map<RecordTarget, BestTilings>> records;
  // Whether the best records of the target (schedules/records) are asked before the tiling model.
  bool use_checked_in_records = true;
};

// Which of the network's stages are fused, and each one's tiling. The first that has an answer
// counts: `first` (may be null), the options' records, those that are checked in, the tiling model.
// Products of 16-bit floats are the model's alone: records are of 32-bit ones. Fails (Blame::Usage,
// naming the stage) where a source gives a tiling that the stage cannot be compiled with; all such
// stages are named.
Result<Schedule> choose_schedule(const Graph& graph, const NetworkStages& network,
                                 const Target& target, const PlanOptions& options,
                                 ScheduleSource* first = nullptr);

// One line a stage, for --dump-after.
std::string print(const Schedule& schedule);

}  // namespace slimc
