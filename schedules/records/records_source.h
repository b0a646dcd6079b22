// Measured schedules as a source of a network's.
#pragma once

#include "schedules/records/best_tilings.h"
#include "schedules/tiling/schedule.h"

namespace slimc {

class RecordsSource final : public ScheduleSource {
 public:
  // Both must outlive it.
  RecordsSource(const BestTilings& best, const TargetTraits& traits)
      : best_(best), traits_(traits) {}
  std::optional<Tiling> tiling(const StageShape& stage, std::int64_t in_padded_c) override {
    return best_.tiling(stage, in_padded_c, traits_);
  }
  std::optional<bool> fuse(const StageShape& block) override { return best_.fuse(block); }

 private:
  const BestTilings& best_;
  const TargetTraits& traits_;
};

}  // namespace slimc
