#include "schedules/tiling/depthwise_loops.h"
#include "schedules/tiling/lanes.h"
#include "schedules/tiling/products.h"
#include "schedules/tiling/register_tile.h"
#include "schedules/tiling/tasks.h"
#include "schedules/tiling/tiling_rules.h"

namespace slimc {
namespace {

constexpr std::int64_t kFloat = sizeof(float);

// Channels between the two convolutions.
std::int64_t middle_of(const StageShape& s) { return s.in_c * s.depth_multiplier; }

std::int64_t reduction(const StageShape& s, std::int64_t) { return middle_of(s); }

// Floats that a row of a task reads and leaves between the convolutions.
std::int64_t row_floats(const StageShape& s) { return row_of_input(s) + s.out_w * middle_of(s); }

bool has_rows_to_share(const StageShape& fused, const TargetTraits&) {
  // Rows are what fused tasks are made of; with fewer than 8 of them threads share the work badly,
  // while channels of the two halves divide evenly.
  return fused.out_h >= 8;
}

Tiling choose(const StageOnTarget& on) {
  const StageShape& s = on.shape;
  Tiling t;
  t.lanes = lanes_of_fewest_vectors(s.out_c, on.target.lanes());
  choose_depthwise_loops(on, t);
  TaskCost task;
  task.row_bytes = row_floats(s) * kFloat;
  task.weight_bytes = middle_of(s) * s.out_c * kFloat;
  task.in_channels = middle_of(s);
  t.rows = choose_rows(on, t.lanes, task);
  use(choose_register_tile(t.rows * s.out_w, s.out_c, t.lanes, on.target).tile, t);
  // Two rows at a time load four rows of input for two of output instead of six. Measured, with
  // AVX-512, 2x56x128 37 GMAC/s by 1x8 pixels and 55 by 2x4; whole network 0.5/160 1.069 ms and
  // 1.043, 0.25/128 0.230 and 0.229.
  if (on.target.vector_registers >= 32 && t.rows >= 2) {
    t.depthwise_rows = 2;
    t.depthwise_pixels = 4;
  }
  // An image that L2 does not hold comes from L3 while the depthwise waits for it: 56x56x64 with
  // stride 2 to 128 took 0.42 ms, and 0.37 with the next task's rows prefetched by the product.
  const std::int64_t in_bytes = s.in_h * s.in_w * on.in_padded_c * kFloat;
  const std::int64_t out_bytes = s.out_h * s.out_w * s.out_c * kFloat;
  t.prefetch_rows = in_bytes + out_bytes > on.target.l2_bytes ? 1 : 0;
  choose_product_loops(on, t);
  return t;
}

Tiling choose_half(const StageOnTarget& on, const Tiling& of_floats) {
  constexpr int kMostChannels = 8;  // the rows between the convolutions are halves
  return choose_half_product(on, of_floats, kMostChannels);
}

void check(const StageOnTarget& on, const Tiling& t, FirstProblem& problem) {
  check_register_tile(on, t, problem);
  check_product(on, t, problem);
  problem.require(t.prefetch_rows >= 0 && t.prefetch_rows <= 2,
                  "prefetch_rows is " + std::to_string(t.prefetch_rows) + ", expected 0, 1 or 2");
  check_rows(on, t, problem);
  check_lanes(on, "depthwise_lanes", t.depthwise_lanes, problem);
  // With a multiplier the rows between the convolutions have vectors of their own.
  if (on.shape.depth_multiplier == 1) {
    check_lanes_divide_input(on, "depthwise_lanes", t.depthwise_lanes, problem);
  }
  check_depthwise_loops(t, problem);
  // All channels of the depthwise are inputs of every output of the pointwise.
  problem.require(!t.split_channels,
                  "split_channels is 1, expected 0: tasks of a fused stage are rows");
}

void add_candidates(const StageOnTarget& on, const Tiling& around, CandidateList& list) {
  add_products_of_rows(on, around, row_floats(on.shape), list);
  add_unrolls(on, around, list);
  add_prefetches(around, /*rows_too=*/true, list);
  for (const int lanes : depthwise_lane_candidates(on, middle_of(on.shape))) {
    Tiling t = around;
    t.depthwise_lanes = lanes;
    add_depthwise_loops(on, t, list);
  }
}

}  // namespace

const TilingRules depthwise_pointwise_tiling = {
    .knobs =
        "lanes panel_vectors tile_pixels unroll_k pixel_channels rows panels_outside prefetch "
        "depthwise_lanes depthwise_pixels depthwise_rows depthwise_channels_inside "
        "prefetch_rows",
    .choose = choose,
    .choose_half = choose_half,
    .check = check,
    .add_candidates = add_candidates,
    .reduction = reduction,
    .should_fuse = has_rows_to_share};

}  // namespace slimc
