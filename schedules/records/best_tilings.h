// The best tiling of each stage, by records.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "schedules/records/record.h"

namespace slimc {

// A tiling of one stage and what all its records say.
struct ScoredTiling {
  Tiling tiling;
  // Microseconds: the geometric mean, over the numbers of threads, of the minimum times; of several
  // records their geometric mean. Where records hold the model's time in the same runs, each time
  // is first scaled to the fastest of the model's times that any record of the stage holds: a
  // machine that was slow for a while was slow for both. One record adds 3%, more of them less: of
  // some hundred tilings that were measured once the fastest was lucky.
  double score = 0;
  std::vector<ScheduleRecord> records;
};

class BestTilings {
 public:
  BestTilings() = default;
  // Of one target's records; the others are left out, as are failures.
  BestTilings(const std::vector<ScheduleRecord>& records, const RecordTarget& target);

  bool empty() const { return stages_.empty(); }

  // The best first; empty where there is no record. Some may be illegal, where the
  // input's padding is another than in the records.
  const std::vector<ScoredTiling>& of(const StageShape& shape) const;

  // The best that the stage can be compiled with.
  std::optional<Tiling> tiling(const StageShape& shape, std::int64_t in_padded_c,
                               const TargetTraits& target) const;

  // Whether a depthwise and the pointwise behind it are one stage, where both ways were measured.
  std::optional<bool> fuse(const StageShape& block) const;

 private:
  std::map<std::string, std::vector<ScoredTiling>> stages_;  // by stage_key()
};

// The two stages that a fused one would be instead, and back.
StageShape depthwise_of(const StageShape& block);
StageShape pointwise_of(const StageShape& block);
StageShape block_of(const StageShape& depthwise, const StageShape& pointwise);

// One record a target and stage: of its best tiling the fastest.
std::vector<ScheduleRecord> best_records(const std::vector<ScheduleRecord>& records);

// The records that are checked in under best/, for the targets that have some.
const std::vector<ScheduleRecord>& checked_in_records();
const BestTilings& checked_in_tilings(const RecordTarget& target);

}  // namespace slimc
