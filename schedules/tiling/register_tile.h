// The tile of a matrix product that is in registers: panel_vectors x tile_pixels sums.
#pragma once

#include <vector>

#include "schedules/tiling/tiling_rules.h"

namespace slimc {

// Beyond these a kernel is no faster and takes minutes to compile: all of it is unrolled.
inline constexpr int kMostAccumulators = 64;

struct RegisterTile {
  int panel_vectors = 1, pixels = 1;
};

struct TileChoice {
  RegisterTile tile;
  double cycles = 0;  // for one input channel of the whole matrix
};

// The register tile with the fewest cycles for a matrix of pixels x channels.
TileChoice choose_register_tile(std::int64_t pixels, std::int64_t channels, int lanes,
                                const TargetTraits& target);

void use(const RegisterTile& tile, Tiling& tiling);

// Channels of a panel of weights.
constexpr std::int64_t panel_of(const Tiling& t) { return std::int64_t{t.lanes} * t.panel_vectors; }

void check_register_tile(const StageOnTarget& on, const Tiling& tiling, FirstProblem& problem);

// `from` with the lanes and register tiles that are worth a measurement where each task has
// `pixels` to cut tiles from. Its own lanes are always among them.
std::vector<Tiling> register_tile_candidates(const StageOnTarget& on, const Tiling& from,
                                             std::int64_t pixels);

}  // namespace slimc
