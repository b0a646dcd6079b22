// Software prefetch of what a register tile, or the next task, needs from beyond the L2 cache. The
// reduction of a product is bound by arithmetic and leaves L3 idle: what is fetched there comes for
// free.
//
// Halide's own prefetch() cannot be used: in version 14 it steps by the square of the element's
// size, and it asks for the non-temporal kind (prefetchnta), which goes past L2: a panel's next
// tile then misses again (17 GMAC/s instead of 61 for 16 x 1024 x 1024; 76 with what is below,
// AVX-512). A prefetch of memory that does not exist does nothing.
#pragma once

#include <Halide.h>

#include <cstdint>
#include <string>
#include <vector>

#include "schedules/gemm_tile.h"

namespace slimc::schedules {

// Bytes of a buffer that the trips of a product's innermost loop prefetch, each its part: byte
// first + trip * step of the trips there are. Where `panel_step` is set, trips are counted anew in
// each panel, which adds that many bytes.
struct PrefetchRange {
  std::string buffer;
  std::int64_t first = 0, bytes = 0;
  std::int64_t panel_step = 0;
  int locality = 2;  // llvm.prefetch's: 3 is L1, 2 is L2
};

class Prefetch : public Halide::Internal::IRMutator {
 public:
  Prefetch(const GemmTile& tile, std::vector<PrefetchRange> ranges)
      : tile_(tile), ranges_(std::move(ranges)) {}

 protected:
  using Halide::Internal::IRMutator::visit;

  Halide::Internal::Stmt visit(const Halide::Internal::For* loop) override {
    using namespace Halide::Internal;
    if (ends_with(loop->name, ".ko")) {
      Stmt body = loop->body;
      for (const PrefetchRange& range : ranges_) {
        for (const Stmt& one : prefetches(range, loop->name)) body = Block::make(one, body);
      }
      return For::make(loop->name, loop->min, loop->extent, loop->for_type, loop->device_api, body);
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
    return Halide::cast<std::int64_t>(
        name.empty() ? Halide::Expr(0) : Halide::Internal::Variable::make(Halide::Int(32), name));
  }
  static Halide::Expr number(std::int64_t n) {
    return Halide::Internal::make_const(Halide::Int(64), n);
  }

  std::vector<Halide::Internal::Stmt> prefetches(const PrefetchRange& range,
                                                 const std::string& ko) const {
    using namespace Halide::Internal;
    constexpr std::int64_t kLine = 64;
    const std::int64_t pixel_tiles = (tile_.pixels + tile_.tile_pixels - 1) / tile_.tile_pixels;
    const std::int64_t panels = tile_.out_channels / tile_.panel();
    const std::int64_t steps = std::max(1, tile_.in_channels / tile_.unroll_k);
    const bool by_panel = range.panel_step != 0;
    // The order of the loops outside of k, and whether both count.
    const std::string& outer = tile_.panels_outside ? co_ : po_;
    const std::string& inner = tile_.panels_outside ? po_ : co_;
    const std::int64_t inner_trips = tile_.panels_outside ? pixel_tiles : panels;
    std::int64_t trips = steps * panels * pixel_tiles;
    Halide::Expr tile = variable(outer) * number(inner_trips) + variable(inner);
    if (by_panel) {
      // With panels inside, a tile of pixels meets a new panel each time.
      trips = tile_.panels_outside ? steps * pixel_tiles : steps;
      tile = tile_.panels_outside ? variable(po_) : number(0);
    }
    // Rounded down to whole bytes: what is left out at the end is less than `trips` bytes.
    const std::int64_t step = range.bytes / trips;
    const Halide::Expr offset = number(range.first) + variable(co_) * number(range.panel_step) +
                                (tile * number(steps) + variable(ko)) * number(step);
    const Halide::Expr base =
        Halide::reinterpret<std::uint64_t>(Variable::make(Halide::Handle(), range.buffer));
    std::vector<Stmt> all;
    for (std::int64_t byte = 0; byte < std::max<std::int64_t>(step, 1); byte += kLine) {
      const Halide::Expr address = Halide::reinterpret(
          Halide::Handle(), base + Halide::cast<std::uint64_t>(offset + number(byte)));
      // llvm.prefetch(address, read, locality, data)
      all.push_back(Evaluate::make(Call::make(Halide::Int(32), "llvm.prefetch.p0i8",
                                              {address, 0, range.locality, 1}, Call::Extern)));
    }
    return all;
  }

  GemmTile tile_;
  std::vector<PrefetchRange> ranges_;
  std::string co_, po_;  // the loops around, over panels and over tiles of pixels
};

// A panel of weights is read once for every tile of pixels, and only the first time from beyond the
// L2 cache. So each of a panel's n tiles prefetches an n-th of the next panel: weights then arrive
// evenly over the whole stage. Behind the last panel stands the next task's, or the next stage's:
// the plan packs weights in the order in which they are read. `bytes` are those of one weight.
inline PrefetchRange next_weights(const GemmTile& tile, int bytes) {
  const std::int64_t panel = std::int64_t{tile.in_channels} * tile.panel() * bytes;
  return {"weights", panel, panel, panel, tile.prefetch == 1 ? 3 : 2};
}

}  // namespace slimc::schedules
