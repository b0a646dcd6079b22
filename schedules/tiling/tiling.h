// The tiling model: from the shape of a stage and the traits of a target to the numbers that the
// Halide generators take. Pure functions, no Halide; tests/schedules holds tables of choices. What
// they say of one kind of stage stands in its room, stages/KIND/tiling.cc (tiling_rules.h).
#pragma once

#include <cstdint>
#include <string>

#include "ir/tensor_type.h"

namespace slimc {

enum class StageKind {
#define SLIMC_STAGE_KIND(Kind, name) Kind,
#include "stages/kinds.def"
#undef SLIMC_STAGE_KIND
};

inline constexpr StageKind kStageKinds[] = {
#define SLIMC_STAGE_KIND(Kind, name) StageKind::Kind,
#include "stages/kinds.def"
#undef SLIMC_STAGE_KIND
};

// "first_convolution", "depthwise", ...: its generator's and its room's.
const char* name_of(StageKind kind);

// What the network says of a stage, and what its schedule may depend on. Channels are true counts,
// not padded ones.
struct StageShape {
  StageKind kind = StageKind::Pointwise;
  std::int64_t in_h = 1, in_w = 1, in_c = 1;
  std::int64_t out_h = 1, out_w = 1, out_c = 1;
  std::int64_t kernel_h = 1, kernel_w = 1;
  std::int64_t stride_h = 1, stride_w = 1;
  std::int64_t dilation_h = 1, dilation_w = 1;
  std::int64_t depth_multiplier = 1;
  friend bool operator==(const StageShape&, const StageShape&) = default;
};

// Products that one value of a stage's result is the sum of; 0 where it is no matrix product.
std::int64_t reduction_of(const StageShape& shape, std::int64_t in_padded_c);

// What a target's core offers to one stage.
struct TargetTraits {
  int register_bytes = 32;    // of the widest vector register
  int vector_registers = 16;  // architectural
  int fma_latency = 4;        // cycles
  int fma_ports = 2;          // vector FMAs a cycle
  std::int64_t l1_bytes = 32 << 10;
  std::int64_t l2_bytes = 1 << 20;
  // A vector times a lane of another in one instruction (ARM): no broadcasts.
  bool multiplies_by_lane = false;
  bool multiplies_and_adds = false;  // in one instruction

  // Elements in the widest vector register.
  constexpr int lanes(ElementType element = ElementType::Float32) const {
    return register_bytes / static_cast<int>(bytes_of(element));
  }
};

struct Tiling {
  int lanes = 8;           // floats a vector; divides the panel
  int panel_vectors = 2;   // vectors of output channels in a register tile; panel = lanes * this
  int tile_pixels = 4;     // pixels in a register tile
  int unroll_k = 2;        // input channels unrolled in the reduction
  int pixel_channels = 1;  // input channels that one load of a pixel brings; divides unroll_k
  std::int64_t rows = 1;   // rows of output a task computes; divides out_h
  bool panels_outside = true;  // loop over weight panels outside the loop over pixel tiles
  int prefetch = 0;            // of the next panel's weights: 0 none, 1 into L1, 2 into L2
  int prefetch_rows = 0;       // of the next task, into L2: 0 none, 1 its input, 2 its output too
  // Tasks are ranges of output channels instead of rows (few rows, many channels): each task
  // computes all rows and `task_channels` channels.
  bool split_channels = false;
  std::int64_t task_channels = 0;
  int depthwise_lanes = 8;                 // floats a vector of the depthwise; divides in_padded_c
  int depthwise_pixels = 4;                // pixels of a row that the depthwise loop unrolls
  int depthwise_rows = 1;                  // rows that it unrolls
  bool depthwise_channels_inside = false;  // loop over channels inside the loop over pixels
  friend bool operator==(const Tiling&, const Tiling&) = default;
};

// Whether a depthwise and the pointwise behind it should be one stage on this target.
bool should_fuse(const StageShape& fused, const TargetTraits& target);

// `in_padded_c`: in_c and the zeros that fill the last vector of whoever wrote the input, which is
// a matter of the tiling of the stage in front.
Tiling choose_tiling(const StageShape& shape, std::int64_t in_padded_c, const TargetTraits& target);

// Where products are computed in 16-bit floats (schedules/half_gemm.h), on ARM: `lanes` of them a
// vector, and of floats the depthwise's. Of stages without one it is choose_tiling()'s.
Tiling choose_half_tiling(const StageShape& shape, std::int64_t in_padded_c,
                          const TargetTraits& target);

}  // namespace slimc
