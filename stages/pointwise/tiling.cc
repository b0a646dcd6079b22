#include <algorithm>

#include "schedules/tiling/arithmetic.h"
#include "schedules/tiling/lanes.h"
#include "schedules/tiling/products.h"
#include "schedules/tiling/register_tile.h"
#include "schedules/tiling/tasks.h"
#include "schedules/tiling/tiling_rules.h"

namespace slimc {
namespace {

// A kernel above 1x1 is a dense layer over a whole image, whose padding channels take part with
// weights of zero.
std::int64_t reduction(const StageShape& s, std::int64_t in_padded_c) {
  const std::int64_t taps = s.kernel_h * s.kernel_w;
  return taps == 1 ? s.in_c : taps * in_padded_c;
}

Tiling choose(const StageOnTarget& on) {
  const StageShape& s = on.shape;
  Tiling t;
  t.lanes = lanes_of_fewest_vectors(s.out_c, on.target.lanes());
  t.split_channels = s.out_h < 8;
  const std::int64_t float_bytes = sizeof(float);
  TaskCost task;
  task.in_channels = reduction(s, on.in_padded_c);
  task.row_bytes = s.out_w * task.in_channels * float_bytes;
  task.weight_bytes = task.in_channels * s.out_c * float_bytes;
  t.rows = t.split_channels ? s.out_h : choose_rows(on, t.lanes, task);
  use(choose_register_tile(t.rows * s.out_w, s.out_c, t.lanes, on.target).tile, t);
  t.task_channels = panel_of(t);
  choose_product_loops(on, t);
  return t;
}

Tiling choose_half(const StageOnTarget& on, const Tiling& of_floats) {
  // The pixels are floats: two vectors of them become one of eight halves. 2x7 then has 7 to 23
  // accesses to the stack for 112 multiply-adds, and none with one vector.
  constexpr int kMostChannels = 4;
  Tiling t = choose_half_product(on, of_floats, kMostChannels);
  if (t.split_channels) t.task_channels = panel_of(t);
  return t;
}

void check(const StageOnTarget& on, const Tiling& t, FirstProblem& problem) {
  check_register_tile(on, t, problem);
  check_product(on, t, problem);
  check_rows(on, t, problem);
  if (!t.split_channels) return;
  check_split(on, t, "lanes * panel_vectors", panel_of(t),
              round_up(on.shape.out_c, std::max<std::int64_t>(1, panel_of(t))), problem);
}

void add_candidates(const StageOnTarget& on, const Tiling& around, CandidateList& list) {
  const StageShape& s = on.shape;
  add_products_of_rows(on, around, row_of_input(s), list);
  // The same of tasks of channels.
  Tiling t = around;
  t.rows = s.out_h;
  t.split_channels = true;
  const std::int64_t pixels = s.out_h * s.out_w;
  for (const Tiling& tile : register_tile_candidates(on, t, pixels)) {
    for (const std::int64_t panels : divisors(panels_of(s, tile))) {
      Tiling task = tile;
      task.task_channels = panels * panel_of(tile);
      add_loop_orders(task, panels, pixels, list);
    }
  }
  add_unrolls(on, around, list);
  add_prefetches(around, /*rows_too=*/false, list);
}

}  // namespace

const TilingRules pointwise_tiling = {
    .knobs =
        "lanes panel_vectors tile_pixels unroll_k pixel_channels rows panels_outside prefetch "
        "split_channels task_channels",
    .choose = choose,
    .choose_half = choose_half,
    .check = check,
    .add_candidates = add_candidates,
    .reduction = reduction};

}  // namespace slimc
