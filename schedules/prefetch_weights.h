// Software prefetch of the weights that a register tile needs next.
//
// A panel of weights is read once for every tile of pixels, and only the first time from beyond the
// L2 cache: there the FMAs wait, while the later tiles leave L3 idle. So each of a panel's n tiles
// prefetches an n-th of the next panel: weights then arrive evenly over the whole stage. Behind the
// last panel stands the next task's, or the next stage's: the plan packs weights in the order in
// which they are read, and a prefetch of memory that does not exist does nothing.
//
// Halide's own prefetch() cannot be used: in version 14 it steps by the square of the element's
// size, and it asks for the non-temporal kind (prefetchnta), which goes past L2; the panel's next
// tile then misses again (17 GMAC/s instead of 61 for 16 x 1024 x 1024; 76 with what is below,
// AVX-512).
#pragma once

#include <Halide.h>

#include <cstdint>
#include <string>

#include "schedules/gemm_tile.h"

namespace slimc::schedules {

class PrefetchWeights : public Halide::Internal::IRMutator {
 public:
  // `bytes` of one weight.
  PrefetchWeights(const GemmTile& tile, int bytes) : tile_(tile), bytes_(bytes) {}

 protected:
  using Halide::Internal::IRMutator::visit;

  Halide::Internal::Stmt visit(const Halide::Internal::For* loop) override {
    using namespace Halide::Internal;
    if (ends_with(loop->name, ".ko")) {
      return For::make(loop->name, loop->min, loop->extent, loop->for_type, loop->device_api,
                       Block::make(prefetches(loop->name), loop->body));
    }
    std::string* tile_loop = loop->name == "out.s0.c.co"   ? &co_
                             : loop->name == "out.s0.p.po" ? &po_
                                                           : nullptr;
    if (tile_loop == nullptr) return IRMutator::visit(loop);
    *tile_loop = loop->name;
    const Stmt mutated = IRMutator::visit(loop);
    tile_loop->clear();
    return mutated;
  }

 private:
  static bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
  }

  // A loop that runs once, or a part of one that does, has been simplified away.
  static Halide::Expr variable(const std::string& name) {
    return name.empty() ? Halide::Expr(0) : Halide::Internal::Variable::make(Halide::Int(32), name);
  }

  Halide::Internal::Stmt prefetches(const std::string& ko) const {
    using namespace Halide::Internal;
    constexpr int kLine = 64;
    // With panels inside, a tile of pixels meets a new panel each time.
    const int tiles = (tile_.pixels + tile_.tile_pixels - 1) / tile_.tile_pixels;
    const int pixel_tiles = tile_.panels_outside ? tiles : 1;
    const int panel_bytes = tile_.in_channels * tile_.panel() * bytes_;
    const int step_bytes = tile_.unroll_k * tile_.panel() * bytes_;  // of one trip of the loop
    // Floor: what a rounded step leaves out at a part's end is a few lines of a panel.
    const int part_bytes = panel_bytes / pixel_tiles, part_step = step_bytes / pixel_tiles;
    const Halide::Expr offset = (variable(co_) + 1) * panel_bytes +
                                variable(tile_.panels_outside ? po_ : "") * part_bytes +
                                variable(ko) * part_step;
    const Halide::Expr base =
        Halide::reinterpret<std::uint64_t>(Variable::make(Halide::Handle(), "weights"));
    Stmt all;
    for (int byte = 0; byte < std::max(part_step, 1); byte += kLine) {
      const Halide::Expr address =
          Halide::reinterpret(Halide::Handle(), base + Halide::cast<std::uint64_t>(offset + byte));
      // llvm.prefetch(address, read, locality: 3 is L1 and 2 is L2, data)
      const Stmt one =
          Evaluate::make(Call::make(Halide::Int(32), "llvm.prefetch.p0i8",
                                    {address, 0, tile_.prefetch == 1 ? 3 : 2, 1}, Call::Extern));
      all = all.defined() ? Block::make(all, one) : one;
    }
    return all;
  }

  GemmTile tile_;
  int bytes_;
  std::string co_, po_;  // the loops around, over panels and over tiles of pixels
};

}  // namespace slimc::schedules
