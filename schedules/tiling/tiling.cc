#include "schedules/tiling/tiling.h"

#include <algorithm>
#include <cassert>
#include <vector>

namespace slimc {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

// The vector width that needs the fewest vectors for `channels`; of equals the narrowest, which
// leaves the fewest padded channels.
int lanes_for(std::int64_t channels, int widest) {
  int best = widest;
  for (int lanes = widest; lanes >= 4; lanes /= 2) {
    if (ceil_div(channels, lanes) <= ceil_div(channels, best)) best = lanes;
  }
  return best;
}

// The widest vector that divides a channel stride.
int lanes_dividing(std::int64_t stride, int widest) {
  int lanes = widest;
  while (lanes > 1 && stride % lanes != 0) lanes /= 2;
  return lanes;
}

struct RegisterTile {
  int panel_vectors, pixels;
};

// Register tiles in order of preference. Each keeps pixels * panel_vectors accumulators, the
// panel's weight vectors and a broadcast pixel in registers. Measured on a Sapphire Rapids core,
// 49 x 1024 x 768, GMAC/s of a peak of 81 (AVX-512): 2x14 69 (49 pixels leave 7 of 56 idle; 88 of
// 87 where 14 divides), 3x7 81, 2x7 80, 4x7 36..80 (spills with some unrolls), 2x10 81, 2x13 81,
// 1x7 62. AVX2, 196 x 512 x 512, peak 44: 2x6 45, 2x4 41.
std::vector<RegisterTile> register_tiles(const TargetTraits& target) {
  if (target.multiplies_by_lane && target.vector_registers >= 32) {
    // ARM's instructions multiply by a lane of a vector of pixels, which takes a register a pixel.
    // Share of the multiply-adds' limit by llvm-mca 19, 196 x 512 x 960, %, on cortex-a53, a55 and
    // neoverse-n1 (tests/benchmarks/arm, which says what the models are): 3x6 55, 62,
    // 100; 2x9 54, 63, 100; 4x5 55, 63, 100; 2x8 51, 60, 100; 2x7 50, 57, 100; 4x4 47, 55, 100; 4x3
    // 44, 42, 100. 3x7 spills with weights of 16 bits, 2x10, 3x8 and 4x6 always: 29..46 and 69..93.
    // Without loads of several channels (pixel_channels), where 3x8 and 4x6 do not spill: 4x6 38,
    // 47, 99; 3x8 35, 48, 99; 2x8 28, 43, 98.
    return {{3, 6}, {2, 9}, {4, 5}, {2, 8}, {3, 5}, {2, 7}, {4, 4}, {2, 6}, {3, 4},
            {2, 5}, {4, 3}, {2, 4}, {4, 2}, {1, 8}, {2, 3}, {1, 7}, {1, 6}, {8, 1},
            {6, 1}, {4, 1}, {2, 2}, {2, 1}, {1, 4}, {1, 2}, {1, 1}};
  }
  if (target.multiplies_by_lane) {
    // 32-bit ARM: no product of a vector and a lane of the upper eight registers.
    return {{2, 5}, {2, 4}, {3, 3}, {1, 8}, {2, 3}, {1, 6}, {4, 2},
            {4, 1}, {2, 2}, {2, 1}, {1, 4}, {1, 2}, {1, 1}};
  }
  if (target.vector_registers >= 32) {
    return {{2, 14}, {2, 13}, {2, 12}, {2, 11}, {2, 10}, {3, 8},  {3, 7},  {2, 9},
            {2, 8},  {2, 7},  {4, 6},  {4, 5},  {3, 6},  {3, 5},  {2, 6},  {4, 4},
            {2, 5},  {4, 3},  {4, 2},  {2, 4},  {2, 3},  {1, 14}, {1, 12}, {1, 10},
            {1, 8},  {1, 7},  {1, 6},  {4, 1},  {2, 2},  {2, 1},  {1, 4},  {1, 1}};
  }
  return {{2, 6}, {2, 5}, {3, 4}, {2, 4}, {3, 3}, {4, 2}, {2, 3}, {1, 8},
          {1, 7}, {1, 6}, {4, 1}, {2, 2}, {2, 1}, {1, 4}, {1, 2}, {1, 1}};
}

// Cycles that a register tile takes for one input channel, from the three things that can limit it.
double cycles_a_step(const RegisterTile& t, const TargetTraits& target) {
  const int accumulators = t.panel_vectors * t.pixels;
  const double fma = double(accumulators) / target.fma_ports;
  const double latency = target.fma_latency;  // one FMA on each accumulator a step
  if (target.multiplies_by_lane) {
    // Cores that work in order, as ARM's small ones, wait for loads or issue them in place of
    // something else; what a quarter of a cycle each makes of the tiles is the order of their
    // shares.
    return std::max(fma, latency) + (t.panel_vectors + t.pixels / 4.0) / 4;
  }
  const double loads = (t.panel_vectors + t.pixels) / 2.0;  // two load ports
  return std::max({fma, latency, loads});
}

struct TileChoice {
  RegisterTile tile = {1, 1};
  double cycles = 0;  // for one input channel of the whole matrix
};

// The register tile with the fewest cycles for a matrix of pixels x channels.
TileChoice choose_register_tile(std::int64_t pixels, std::int64_t channels, int lanes,
                                const TargetTraits& target) {
  TileChoice best;
  const std::int64_t vectors = ceil_div(channels, lanes);
  for (const RegisterTile& t : register_tiles(target)) {
    if (t.panel_vectors > vectors || t.pixels > pixels) continue;
    const auto tiles =
        static_cast<double>(ceil_div(pixels, t.pixels) * ceil_div(vectors, t.panel_vectors));
    // Per tile: bias loads, activation and stores, about two instructions a vector, spread over a
    // hundred input channels.
    const double cycles = tiles * (cycles_a_step(t, target) + 0.02 * t.panel_vectors * t.pixels);
    if (best.cycles == 0 || cycles < best.cycles * 0.995) best = {t, cycles};
  }
  assert(best.cycles > 0);
  return best;
}

// How much longer `tasks` equal tasks take than if they could be shared out exactly: a mean over
// one, two and four threads, two counted twice.
double imbalance(std::int64_t tasks) {
  const auto over = [tasks](std::int64_t threads) {
    return static_cast<double>(ceil_div(tasks, threads) * threads) / static_cast<double>(tasks);
  };
  return (1 + 2 * over(2) + over(4)) / 4;
}

// What a task is made of.
struct TaskCost {
  std::int64_t row_bytes = 0;     // a row of input and intermediates, which should stay in a cache
  std::int64_t weight_bytes = 0;  // read once a task
  std::int64_t in_channels = 0;   // of the matrix product; 0 where there is none
};

// The divisor of out_h that makes the stage fastest: a task's rows fit a cache, register tiles fit
// a task's pixels, threads share the tasks evenly. Of equals the largest, which reads weights
// least.
std::int64_t choose_rows(const StageShape& s, const TargetTraits& target, int lanes,
                         const TaskCost& task) {
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

void use(const RegisterTile& tile, Tiling& tiling) {
  tiling.panel_vectors = tile.panel_vectors;
  tiling.tile_pixels = tile.pixels;
}

}  // namespace

const char* name_of(StageKind kind) {
  switch (kind) {
    case StageKind::FirstConvolution:
      return "first_convolution";
    case StageKind::Depthwise:
      return "depthwise";
    case StageKind::Pointwise:
      return "pointwise";
    case StageKind::DepthwisePointwise:
      return "depthwise_pointwise";
    case StageKind::Pool:
      return "pool";
    case StageKind::Softmax:
      return "softmax";
    case StageKind::Copy:
      return "copy";
  }
  return "";
}

bool should_fuse(const StageShape& fused, const TargetTraits&) {
  // Rows are what fused tasks are made of; with fewer than 8 of them threads share the work badly,
  // while channels of the two halves divide evenly.
  return fused.out_h >= 8;
}

Tiling choose_tiling(const StageShape& s, const TargetTraits& target) {
  Tiling t;
  t.lanes = lanes_for(s.out_c, target.lanes());
  t.depthwise_lanes = t.lanes;
  const std::int64_t float_bytes = sizeof(float);
  switch (s.kind) {
    case StageKind::FirstConvolution: {
      use(choose_register_tile(s.out_w, s.out_c, t.lanes, target).tile, t);
      // With 16 registers the compiler keeps broadcasts of pixels that neighbours share, and
      // spills: 9 of 72 FMAs touched the stack with 2x4, 1 of 72 with 4x2 (vectors x pixels).
      if (target.vector_registers < 32 && !target.multiplies_by_lane) {
        t.tile_pixels = 2;
        t.panel_vectors = static_cast<int>(std::min<std::int64_t>(4, ceil_div(s.out_c, t.lanes)));
      }
      TaskCost task;
      task.row_bytes = (s.in_w * s.in_c * s.stride_h + s.out_w * s.out_c) * float_bytes;
      t.rows = choose_rows(s, target, t.lanes, task);
      break;
    }
    case StageKind::Depthwise:
    case StageKind::DepthwisePointwise: {
      const bool multiplied = s.depth_multiplier > 1;
      t.depthwise_lanes = multiplied ? lanes_for(s.in_c * s.depth_multiplier, target.lanes())
                                     : lanes_dividing(s.in_padded_c, target.lanes());
      // Neighbouring outputs share loaded pixels while 9 weights and 8 sums fit 32 registers; with
      // 16 the weights alone fill them. Measured, GMAC/s, pixels 1, 4, 7, 8: AVX2
      // 7x14x512 19.9, 18.3, 16.0, -; AVX-512 7x14x512 -, 37.7, 30.3, 41.1, 7x14x256 stride 2
      // -, 27.5, 29.0, 27.7.
      t.depthwise_pixels = target.vector_registers >= 32 ? 8 : 1;
      // With channels outside, weights stay in registers while pixels are walked, and lines that
      // are close together but not adjacent come in slowly; with few channels whole pixels at a
      // time are faster. Measured on AVX-512, GMAC/s outside and inside: 7x56x64 stride 2 25 and
      // 38, 7x56x128 37 and 48, 7x28x128 stride 2 25 and 36; 7x28x256 65 and 55, 7x14x512 60
      // and 52.
      t.depthwise_channels_inside = s.in_padded_c <= 128;
      if (s.kind == StageKind::Depthwise) {
        t.lanes = t.depthwise_lanes;
        t.split_channels = s.out_h < 8 && !multiplied;
        TaskCost task;
        task.row_bytes = s.in_w * s.in_c * float_bytes;
        t.rows = t.split_channels ? s.out_h : choose_rows(s, target, t.lanes, task);
        const std::int64_t stride =
            multiplied ? ceil_div(s.out_c, t.lanes) * t.lanes : s.in_padded_c;
        t.task_channels = t.lanes;
        for (std::int64_t vectors = 1; vectors <= 8; ++vectors) {
          if ((stride / t.lanes) % vectors == 0) t.task_channels = vectors * t.lanes;
        }
        break;
      }
      const std::int64_t middle = s.in_c * s.depth_multiplier;
      TaskCost task;
      task.row_bytes = (s.in_w * s.in_c * s.stride_h + s.out_w * middle) * float_bytes;
      task.weight_bytes = middle * s.out_c * float_bytes;
      task.in_channels = middle;
      t.rows = choose_rows(s, target, t.lanes, task);
      use(choose_register_tile(t.rows * s.out_w, s.out_c, t.lanes, target).tile, t);
      // Two rows at a time load four rows of input for two of output instead of six. Measured, with
      // AVX-512, 2x56x128 37 GMAC/s by 1x8 pixels and 55 by 2x4; whole network 0.5/160 1.069 ms and
      // 1.043, 0.25/128 0.230 and 0.229.
      if (target.vector_registers >= 32 && t.rows >= 2) {
        t.depthwise_rows = 2;
        t.depthwise_pixels = 4;
      }
      break;
    }
    case StageKind::Pointwise: {
      t.split_channels = s.out_h < 8;
      TaskCost task;
      task.row_bytes = s.out_w * s.in_c * float_bytes;
      task.weight_bytes = s.in_c * s.out_c * float_bytes;
      task.in_channels = s.in_c;
      t.rows = t.split_channels ? s.out_h : choose_rows(s, target, t.lanes, task);
      use(choose_register_tile(t.rows * s.out_w, s.out_c, t.lanes, target).tile, t);
      t.task_channels = std::int64_t{t.lanes} * t.panel_vectors;
      break;
    }
    case StageKind::Pool:
      t.lanes = lanes_dividing(s.in_padded_c, target.lanes());
      t.panel_vectors = 1;
      for (int vectors = 1; vectors <= 8; ++vectors) {
        if ((s.in_padded_c / t.lanes) % vectors == 0) t.panel_vectors = vectors;
      }
      t.split_channels = true;
      t.task_channels = std::int64_t{t.lanes} * t.panel_vectors;
      break;
    case StageKind::Softmax:
    case StageKind::Copy:
      t.lanes = target.lanes();
      break;
  }
  // Weight panels outside: each panel is read from L2 or beyond once, the pixels again and again
  // from L1 or L2. With few pixels and small weights the order does not matter.
  t.panels_outside = true;
  const bool multiplies = s.kind == StageKind::Pointwise || s.kind == StageKind::DepthwisePointwise;
  t.unroll_k = t.tile_pixels * t.panel_vectors >= 20 ? 2 : 4;
  t.pixel_channels = 1;
  if (multiplies && target.multiplies_by_lane) {
    // A load brings four channels of a pixel, whose lanes are multiplied by. Share of the limit
    // with one channel and with four, as above: 2x8 28 and 51, 43 and 60, 98 and 100. 32-bit ARM
    // has no registers for that, and one vmla behind another on the same sum spills.
    const bool wide = target.vector_registers >= 32;
    constexpr int kLanes = 4;
    if (!wide) t.unroll_k = 1;
    if (wide && s.in_c * s.depth_multiplier % kLanes == 0) t.unroll_k = t.pixel_channels = kLanes;
  }
  // Weights that the L2 cache cannot keep from run to run come from L3. Measured, ms without and
  // with prefetch into L2, one and two threads (AVX-512): 1.0/128 2.59 and 2.51, 1.43
  // and 1.30; 1.0/224 7.63 and 7.50, 3.94 and 3.84; 0.5/160 1.10 and 1.04, 0.61 and 0.60. Where
  // they do stay it costs: 0.25/128 0.228 and 0.230, 0.133 and 0.139.
  const std::int64_t weight_bytes = s.in_c * s.depth_multiplier * s.out_c * float_bytes;
  const bool many_tiles = t.rows * s.out_w > t.tile_pixels;  // one alone reads weights only once
  t.prefetch = multiplies && many_tiles && weight_bytes >= target.l2_bytes / 8 ? 2 : 0;
  // With a prefetch in the loop, two steps of 28 accumulators spill one of them.
  // An image that L2 does not hold comes from L3 while the depthwise waits for it: 56x56x64 with
  // stride 2 to 128 took 0.42 ms, and 0.37 with the next task's rows prefetched by the product.
  const std::int64_t in_bytes = s.in_h * s.in_w * s.in_padded_c * float_bytes;
  const std::int64_t out_bytes = s.out_h * s.out_w * s.out_c * float_bytes;
  const bool fused = s.kind == StageKind::DepthwisePointwise;
  t.prefetch_rows = fused && in_bytes + out_bytes > target.l2_bytes ? 1 : 0;
  if ((t.prefetch != 0 || t.prefetch_rows != 0) && t.tile_pixels * t.panel_vectors >= 28)
    t.unroll_k = 1;
  return t;
}

Tiling choose_half_tiling(const StageShape& s, const TargetTraits& target) {
  Tiling t = choose_tiling(s, target);
  if (s.kind != StageKind::Pointwise && s.kind != StageKind::DepthwisePointwise) return t;
  // Registers hold as many vectors as ever.
  t.lanes = 2 * target.lanes();
  use(choose_register_tile(t.rows * s.out_w, s.out_c, t.lanes, target).tile, t);
  if (t.split_channels) t.task_channels = std::int64_t{t.lanes} * t.panel_vectors;
  const std::int64_t channels = s.in_c * s.depth_multiplier;
  t.unroll_k = t.pixel_channels = 1;
  for (const int wide : {4, 8}) {
    // A product alone reads floats: two vectors of them become one of eight halves. 2x7 then has 7
    // to 23 accesses to the stack for 112 multiply-adds, and none with one vector.
    if (wide == 8 && s.kind == StageKind::Pointwise) break;
    if (channels % wide == 0) t.unroll_k = t.pixel_channels = wide;
  }
  // The passes of schedules/prefetch.h know one loop over all channels.
  t.prefetch = t.prefetch_rows = 0;
  return t;
}

}  // namespace slimc
