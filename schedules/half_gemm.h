// The product of gemm_tile.h in 16-bit arithmetic: twice the multiply-adds an instruction.
//
//   for panel of channels / for tile of pixels
//     total[pixel][channel] = bias[channel]                       (32-bit)
//     for block of input channels
//       acc[pixel][channel] = 0                                   (16-bit, registers)
//       for k of block: acc += weights[panel][k][channel] * in[pixel][k]
//       total += acc
//     out = activation(total)
//
// A multiply-add rounds once, to 11 bits. Its errors add up over a block alone, and a block of all
// input channels is what accumulation in halves is. ARM's fmlal would sum in 32 bits right away,
// but only four products an instruction, as 32-bit arithmetic does.
#pragma once

#include "schedules/gemm_tile.h"

namespace slimc::schedules {

enum class Arithmetic { Float32, Float16 };

inline const std::map<std::string, Arithmetic>& arithmetic_names() {
  static const std::map<std::string, Arithmetic> names = {{"float32", Arithmetic::Float32},
                                                          {"float16", Arithmetic::Float16}};
  return names;
}

// Sums over some of the blocks: all whole ones, or the rest that is shorter.
struct HalfSum {
  Halide::Func sum, pixels;
  Halide::RDom blocks, k;
  int channels = 0;  // of a block
};

struct HalfGemmFuncs {
  Halide::Func total{"total"};
  std::vector<HalfSum> sums;  // like the total's updates
  Halide::Var c{"c"}, p{"p"}, x{"x"}, b{"b"};
};

// `in(k, p)` may be of either size.
template <typename In, typename Weights, typename Bias>
HalfGemmFuncs define_half_gemm(const GemmTile& tile, int block, const In& in,
                               const Weights& weights, const Bias& bias) {
  const Halide::Type half = Halide::Float(16);
  HalfGemmFuncs f;
  f.total(f.c, f.p) = bias(f.c);
  const auto add = [&](const std::string& name, int first, int channels, int blocks) {
    if (blocks == 0 || channels == 0) return;
    HalfSum s;
    s.channels = channels;
    s.sum = Halide::Func("accumulator");
    s.pixels = Halide::Func(name + "_pixels");
    s.blocks = Halide::RDom(0, blocks, name);
    s.k = Halide::RDom(0, channels, "k");
    s.pixels(f.x, f.p) = Halide::cast(half, in(f.x, f.p));
    s.sum(f.c, f.p, f.b) = Halide::cast(half, 0.0f);
    const Halide::Expr k = first + f.b * channels + s.k;
    s.sum(f.c, f.p, f.b) += weights(f.c % tile.panel(), k, f.c / tile.panel()) * s.pixels(k, f.p);
    f.total(f.c, f.p) += Halide::cast<float>(s.sum(f.c, f.p, s.blocks));
    f.sums.push_back(s);
  };
  const int whole = tile.in_channels / block;
  add("block", 0, block, whole);
  add("rest", whole * block, tile.in_channels % block, 1);
  return f;
}

inline void schedule_half_gemm(const GemmTile& tile, HalfGemmFuncs& f, Halide::Func out) {
  f.total.compute_at(out, schedule_tiles(tile, f.c, f.p, out));
  keep_tile(tile, f.total, f.c, f.p);
  for (std::size_t i = 0; i < f.sums.size(); ++i) {
    HalfSum& s = f.sums[i];
    Halide::Stage added = f.total.update(static_cast<int>(i));
    added.reorder(f.c, f.p, s.blocks);
    unroll_tile(tile, added, f.c, f.p);
    s.sum.compute_at(f.total, s.blocks);
    keep_tile(tile, s.sum, f.c, f.p);
    schedule_products(tile, s.sum, s.k, s.channels, f.c, f.p,
                      tile.pixel_channels > 1 && s.channels % tile.unroll_k == 0, s.pixels, f.x);
  }
}

}  // namespace slimc::schedules
