// The register tile that the pointwise part of a stage is made of: tile_pixels x panel channels of
// accumulators that stay in vector registers for the whole reduction.
//
//   for panel of channels / for tile of pixels (either outside)
//     acc[pixel][channel] = bias[channel]                        (registers)
//     for k: acc += weights[panel][k][channel] * in[pixel][k]    (vector load, scalar broadcast,
//     FMA) out = activation(acc)
//
// Weights are packed [out_channels/panel][in_channels][panel], so that the reduction reads them
// front to back, once a pixel tile.
#pragma once

#include "schedules/stage_common.h"

namespace slimc::schedules {

struct GemmTile {
  int pixels;        // rows of the matrix: all pixels of a task
  int in_channels;   // length of the reduction
  int out_channels;  // a multiple of panel()
  int lanes, panel_vectors, tile_pixels, unroll_k;
  int pixel_channels;  // input channels that one load of a pixel brings; divides unroll_k
  bool panels_outside;
  int prefetch;  // of the next panel's weights: 0 none, 1 into L1, 2 into L2

  int panel() const { return lanes * panel_vectors; }
};

// Defines acc and out over (c, p). `in(k, p)` is any Func or buffer of that order.
struct GemmFuncs {
  Halide::Func accumulator{"accumulator"};
  Halide::Func pixels{"pixels"};  // in, where more than one of its channels is loaded at once
  Halide::Var c{"c"}, p{"p"}, x{"x"};
  Halide::RDom k;
};

template <typename In, typename Weights, typename Bias>
GemmFuncs define_gemm(const GemmTile& tile, const In& in, const Weights& weights, const Bias& bias,
                      const Halide::Target& target) {
  GemmFuncs f;
  f.k = Halide::RDom(0, tile.in_channels, "k");
  f.pixels(f.x, f.p) = in(f.x, f.p);
  f.accumulator(f.c, f.p) = start_of_sum(target, bias(f.c));
  f.accumulator(f.c, f.p) +=
      weights(f.c % tile.panel(), f.k, f.c / tile.panel()) * f.pixels(f.k, f.p);
  return f;
}

// Splits `out(c, p)`, the Func that applies the activation, into tiles; returns the loop that one
// tile is the body of.
inline Halide::Var schedule_tiles(const GemmTile& tile, const Halide::Var& c, const Halide::Var& p,
                                  Halide::Func out) {
  using Halide::TailStrategy;
  Halide::Var co("co"), ci("ci"), po("po"), pi("pi");
  out.bound(c, 0, tile.out_channels)
      .bound(p, 0, tile.pixels)
      .split(c, co, ci, tile.panel(), TailStrategy::RoundUp)
      // A last tile that does not fit is moved back over pixels that are already done: at most
      // tile_pixels - 1 of them are computed twice, and no tile needs a condition.
      .split(p, po, pi, std::min(tile.tile_pixels, tile.pixels), TailStrategy::ShiftInwards);
  if (tile.panels_outside) {
    out.reorder(ci, pi, po, co);
  } else {
    out.reorder(ci, pi, co, po);
  }
  out.vectorize(ci, tile.lanes).unroll(ci).unroll(pi);
  return tile.panels_outside ? po : co;
}

// No loops over a tile's channels and pixels: each vector of a func, or of an update of one, has a
// register.
template <typename FuncOrStage>
void unroll_tile(const GemmTile& tile, FuncOrStage what, Halide::Var c, Halide::Var p) {
  what.vectorize(c, tile.lanes).unroll(c).unroll(p);
}

// A func of which a tile is there at a time, in registers.
inline void keep_tile(const GemmTile& tile, Halide::Func func, Halide::Var c, Halide::Var p) {
  func.store_in(Halide::MemoryType::Stack)
      .bound_extent(c, tile.panel())
      .bound_extent(p, std::min(tile.tile_pixels, tile.pixels));
  unroll_tile(tile, func, c, p);
}

// The update of `sum` that adds up the products of `channels` input channels. With `load_pixels`,
// tile.pixel_channels of a pixel are loaded at once, and LLVM multiplies by lanes of these vectors
// (ARM: fmla v0.4s, v1.4s, v2.s[3]).
inline void schedule_products(const GemmTile& tile, Halide::Func sum, Halide::RVar k, int channels,
                              Halide::Var c, Halide::Var p, bool load_pixels, Halide::Func pixels,
                              Halide::Var x) {
  Halide::RVar ko("ko"), ki("ki");
  Halide::Stage update = sum.update();
  update.split(k, ko, ki, std::min(tile.unroll_k, channels)).reorder(c, p, ki, ko);
  unroll_tile(tile, update, c, p);
  update.unroll(ki);
  if (!load_pixels) return;
  pixels.compute_at(sum, ko)
      .store_in(Halide::MemoryType::Register)
      .vectorize(x, tile.pixel_channels)
      .unroll(x)
      .unroll(p);
}

// Schedules `out(c, p)` and the accumulator inside it.
inline void schedule_gemm(const GemmTile& tile, GemmFuncs& f, Halide::Func out) {
  f.accumulator.compute_at(out, schedule_tiles(tile, f.c, f.p, out));
  keep_tile(tile, f.accumulator, f.c, f.p);
  schedule_products(tile, f.accumulator, f.k, tile.in_channels, f.c, f.p, tile.pixel_channels > 1,
                    f.pixels, f.x);
}

}  // namespace slimc::schedules
