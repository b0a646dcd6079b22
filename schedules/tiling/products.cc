#include "schedules/tiling/products.h"

#include <algorithm>

#include "schedules/tiling/arithmetic.h"
#include "schedules/tiling/lanes.h"
#include "schedules/tiling/register_tile.h"
#include "schedules/tiling/tasks.h"

namespace slimc {
namespace {

constexpr int kMostUnrolledK = 32;

std::int64_t reduction(const StageOnTarget& on) { return reduction_of(on.shape, on.in_padded_c); }

// Loads of several channels have no conditions for what is left of them at the end.
void check_pixel_channels(const StageOnTarget& on, const Tiling& t, FirstProblem& problem) {
  check_lanes(on, "pixel_channels", t.pixel_channels, problem);
  problem.require(divides(t.pixel_channels, t.unroll_k),
                  "pixel_channels is " + std::to_string(t.pixel_channels) +
                      ", expected a divisor of unroll_k = " + std::to_string(t.unroll_k));
  const std::int64_t channels = reduction(on);
  problem.require(t.pixel_channels == 1 || divides(t.unroll_k, channels),
                  "unroll_k is " + std::to_string(t.unroll_k) + ", expected a divisor of the " +
                      std::to_string(channels) +
                      " channels of input where pixel_channels is not 1");
}

}  // namespace

void choose_product_loops(const StageOnTarget& on, Tiling& t) {
  // Weight panels outside: each panel is read from L2 or beyond once, the pixels again and again
  // from L1 or L2. With few pixels and small weights the order does not matter.
  t.panels_outside = true;
  t.unroll_k = t.tile_pixels * t.panel_vectors >= 20 ? 2 : 4;
  t.pixel_channels = 1;
  const std::int64_t channels = reduction(on);
  if (on.target.multiplies_by_lane) {
    // A load brings four channels of a pixel, whose lanes are multiplied by. Share of the limit
    // with one channel and with four, as for register tiles: 2x8 28 and 51, 43 and 60, 98 and 100.
    // 32-bit ARM has no registers for that, and one vmla behind another on the same sum spills.
    const bool wide = on.target.vector_registers >= 32;
    constexpr int kLanes = 4;
    if (!wide) t.unroll_k = 1;
    if (wide && channels % kLanes == 0) t.unroll_k = t.pixel_channels = kLanes;
  }
  // Weights that the L2 cache cannot keep from run to run come from L3. Measured, ms without and
  // with prefetch into L2, one and two threads (AVX-512): 1.0/128 2.59 and 2.51, 1.43
  // and 1.30; 1.0/224 7.63 and 7.50, 3.94 and 3.84; 0.5/160 1.10 and 1.04, 0.61 and 0.60. Where
  // they do stay it costs: 0.25/128 0.228 and 0.230, 0.133 and 0.139.
  const std::int64_t weight_bytes = channels * on.shape.out_c * std::int64_t{sizeof(float)};
  // One tile alone reads weights only once.
  const bool many_tiles = t.rows * on.shape.out_w > t.tile_pixels;
  t.prefetch = many_tiles && weight_bytes >= on.target.l2_bytes / 8 ? 2 : 0;
  // With a prefetch in the loop, two steps of 28 accumulators spill one of them.
  const bool prefetches = t.prefetch != 0 || t.prefetch_rows != 0;
  if (prefetches && t.tile_pixels * t.panel_vectors >= 28) t.unroll_k = 1;
}

Tiling choose_half_product(const StageOnTarget& on, const Tiling& of_floats, int most_channels) {
  Tiling t = of_floats;
  // Registers hold as many vectors as ever.
  t.lanes = on.target.lanes(ElementType::Float16);
  use(choose_register_tile(t.rows * on.shape.out_w, on.shape.out_c, t.lanes, on.target).tile, t);
  t.unroll_k = t.pixel_channels = 1;
  for (const int channels : {4, 8}) {
    if (channels > most_channels || reduction(on) % channels != 0) continue;
    t.unroll_k = t.pixel_channels = channels;
  }
  // The passes of schedules/prefetch.h know one loop over all channels.
  t.prefetch = t.prefetch_rows = 0;
  return t;
}

void check_product(const StageOnTarget& on, const Tiling& t, FirstProblem& problem) {
  problem.require(t.unroll_k >= 1 && t.unroll_k <= kMostUnrolledK,
                  "unroll_k is " + std::to_string(t.unroll_k) + ", expected 1 to " +
                      std::to_string(kMostUnrolledK));
  check_pixel_channels(on, t, problem);
  problem.require(t.prefetch >= 0 && t.prefetch <= 2,
                  "prefetch is " + std::to_string(t.prefetch) + ", expected 0, 1 or 2");
}

void add_products_of_rows(const StageOnTarget& on, const Tiling& around, std::int64_t row_floats,
                          CandidateList& list) {
  for (const std::int64_t rows : row_candidates(on, around, row_floats)) {
    Tiling t = around;
    t.rows = rows;
    t.split_channels = false;
    const std::int64_t pixels = rows * on.shape.out_w;
    for (const Tiling& tile : register_tile_candidates(on, t, pixels)) {
      add_loop_orders(tile, panels_of(on.shape, tile), pixels, list);
    }
  }
}

void add_loop_orders(Tiling t, std::int64_t panels, std::int64_t pixels, CandidateList& list) {
  list.add(t);
  if (panels == 1 || t.tile_pixels == pixels) return;
  t.panels_outside = !t.panels_outside;
  list.add(t);
}

std::int64_t panels_of(const StageShape& s, const Tiling& t) {
  return ceil_div(s.out_c, panel_of(t));
}

void add_unrolls(const StageOnTarget& on, const Tiling& around, CandidateList& list) {
  const std::int64_t channels = reduction(on);
  for (const int k : {1, 2, 4, 8}) {
    Tiling t = around;
    t.unroll_k = k;
    t.pixel_channels = 1;
    if (k <= channels) list.add(t);
    t.pixel_channels = std::min(4, on.target.lanes());
    const bool whole_loads = divides(t.pixel_channels, k) && divides(k, channels);
    if (on.target.multiplies_by_lane && whole_loads) list.add(t);
  }
}

void add_prefetches(const Tiling& around, bool rows_too, CandidateList& list) {
  for (const int level : {0, 1, 2}) {
    Tiling t = around;
    t.prefetch = level;
    list.add(t);
    t.prefetch = around.prefetch;
    t.prefetch_rows = level;
    if (rows_too) list.add(t);
  }
}

}  // namespace slimc
