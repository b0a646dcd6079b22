// How a network is computed: which of its stages are one, and the tiling of each. A value; who
// decides it is a ScheduleSource.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schedules/tiling/tiling.h"

namespace slimc {

struct ScheduledStage {
  static constexpr int kAlone = -1;

  std::string name;  // "block_3"
  StageShape shape;
  // Channels of its input with those that pad it, which the tiling of the stage in front decides.
  std::int64_t in_padded_c = 1;
  Tiling tiling;
  // Which of the network's stages it computes, before any are fused: `stage`, behind
  // `fused_with` where it is two.
  int stage = 0;
  int fused_with = kAlone;
  // The stage that it could have been fused with, but is not.
  int apart_from = kAlone;
};

struct Schedule {
  std::vector<ScheduledStage> stages;  // in the order in which they run
};

// Where schedules come from. What one leaves open is asked of the next.
class ScheduleSource {
 public:
  virtual ~ScheduleSource() = default;
  virtual std::optional<Tiling> tiling(const StageShape& stage, std::int64_t in_padded_c) = 0;
  // Whether a depthwise and the pointwise behind it, `block` together, are one stage.
  virtual std::optional<bool> fuse(const StageShape& block) = 0;
};

}  // namespace slimc
