// What the search needs of a network: to be compiled with any schedule, and to be timed. The real
// one is in tool/network_bench.h; tests have one whose times are a formula.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "schedules/records/record.h"
#include "schedules/tiling/schedule.h"
#include "support/result.h"

namespace slimc {

// One network, compiled with one schedule.
class Variant {
 public:
  virtual ~Variant() = default;
  virtual const std::vector<ScheduledStage>& stages() const = 0;
  // What compiling one of them took; almost nothing for kernels that were cached.
  virtual double compile_seconds(std::size_t stage) const = 0;
};

// Of one variant: for each number of threads, in the order asked for.
struct VariantTimes {
  std::vector<std::vector<RecordTime>> stages;  // [stage][threads]
  std::vector<RecordTime> network;              // [threads]
};

class Bench {
 public:
  virtual ~Bench() = default;

  // For messages.
  virtual const std::string& name() const = 0;

  // The network's schedule by the source, or where it is null or leaves something open by the
  // tiling model. Asks once for each block, then for each stage, in the order in which they run.
  virtual Result<Schedule> schedule(ScheduleSource* source) = 0;

  // Thread-safe. `jobs` kernels at a time. A kernel that cannot be compiled is a failure whose
  // subject is "stage 'NAME'".
  virtual Result<std::unique_ptr<Variant>> build(const Schedule& schedule, int jobs) = 0;

  // Runs all of them in turn, A B C A B C ..., for each number of threads. A variant whose results
  // differ from those of the first is a failure.
  virtual Result<std::vector<VariantTimes>> time(const std::vector<const Variant*>& variants,
                                                 const std::vector<int>& threads) = 0;
};

}  // namespace slimc
