#include "schedules/tiling/register_tile.h"

#include <algorithm>
#include <cassert>

#include "schedules/tiling/arithmetic.h"
#include "schedules/tiling/lanes.h"

namespace slimc {
namespace {

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

}  // namespace

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

void use(const RegisterTile& tile, Tiling& tiling) {
  tiling.panel_vectors = tile.panel_vectors;
  tiling.tile_pixels = tile.pixels;
}

void check_register_tile(const StageOnTarget& on, const Tiling& t, FirstProblem& problem) {
  const std::int64_t vectors = ceil_div(on.shape.out_c, std::max(1, t.lanes));
  problem.require(t.panel_vectors >= 1 && t.panel_vectors <= vectors,
                  "panel_vectors is " + std::to_string(t.panel_vectors) + ", expected 1 to the " +
                      std::to_string(vectors) + " vectors that hold all channels");
  problem.require(t.tile_pixels >= 1,
                  "tile_pixels is " + std::to_string(t.tile_pixels) + ", expected 1 or more");
  const std::int64_t accumulators = std::int64_t{t.panel_vectors} * t.tile_pixels;
  problem.require(accumulators <= kMostAccumulators,
                  "panel_vectors * tile_pixels is " + std::to_string(accumulators) +
                      ", expected at most " + std::to_string(kMostAccumulators));
}

std::vector<Tiling> register_tile_candidates(const StageOnTarget& on, const Tiling& from,
                                             std::int64_t pixels) {
  std::vector<Tiling> tiles;
  // AVX-512 broadcasts an operand from memory; elsewhere a pixel takes a register.
  const int registers = on.target.vector_registers - (on.target.lanes() >= 16 ? 0 : 1);
  std::vector<int> widths = lanes_with_less_padding(on.shape.out_c, on.target.lanes());
  if (std::find(widths.begin(), widths.end(), from.lanes) == widths.end()) {
    widths.push_back(from.lanes);
  }
  Tiling t = from;
  for (const int lanes : widths) {
    const std::int64_t vectors = ceil_div(on.shape.out_c, lanes);
    t.lanes = lanes;
    for (int v = 1; v <= 8 && v <= vectors; ++v) {
      // A quarter of the work for channels that nobody reads is too much.
      if (round_up(vectors, v) * 4 > vectors * 5) continue;
      // Accumulators and the panel's weights; 16 pixels already hide every latency.
      const std::int64_t most = std::min<std::int64_t>({registers / v - 1, 16, pixels});
      for (std::int64_t p = std::max<std::int64_t>(1, ceil_div(most, 2)); p <= most; ++p) {
        // Of tiles that cut the pixels into as many pieces the smallest does the least work twice.
        if (p > 1 && ceil_div(pixels, p) == ceil_div(pixels, p - 1)) continue;
        t.panel_vectors = v;
        t.tile_pixels = static_cast<int>(p);
        tiles.push_back(t);
      }
    }
  }
  return tiles;
}

}  // namespace slimc
