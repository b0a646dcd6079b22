// The depthwise convolution of a task's rows: the whole of a depthwise stage, and the first half of
// a fused one.
//
// The input pointer stands at the first row that the task reads, padding rows included: the arena
// keeps zero rows above and below an image (compiler/plan/plan.h), so rows need no condition.
// Columns are conditions on x, which Halide's loop partitioning moves to the first and last tile
// of a row; where the tile is a whole row they fold away.
//
// Weights are packed [channels/lanes][kernel_h*kernel_w][lanes]: they stay in registers for a tile
// of pixels, or with channels in the outermost loop for all rows.
#pragma once

#include "schedules/stage_common.h"

namespace slimc::schedules {

struct DepthwiseRows {
  int channels;  // of the output; a multiple of lanes
  int in_w, out_w, rows;
  int kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_left;
  int depth_multiplier;
  int true_channels;  // of the input; channels beyond have zero weights
  int lanes, pixels, unrolled_rows;
  bool channels_inside;
};

// out(c, p), p = y * out_w + x.
template <typename In, typename Weights, typename Bias>
Halide::Expr depthwise_value(const DepthwiseRows& d, const Halide::Var& c, const Halide::Var& p,
                             const In& in, const Weights& weights, const Bias& bias,
                             const ActivationFunction& activation) {
  using Halide::Expr;
  const Expr x = p % d.out_w, y = p / d.out_w;
  const Expr channel =
      d.depth_multiplier == 1 ? Expr(c) : Halide::min(c / d.depth_multiplier, d.true_channels - 1);
  Expr sum = bias(c);
  for (int dy = 0; dy < d.kernel_h; ++dy) {
    for (int dx = 0; dx < d.kernel_w; ++dx) {
      const int first = dx * d.dilation_w - d.pad_left;
      const int last = first + (d.out_w - 1) * d.stride_w;
      Expr column = x * d.stride_w + first;
      const Expr row = y * d.stride_h + dy * d.dilation_h;
      Expr value;
      if (first < 0 || last >= d.in_w) {
        const Expr inside = first >= 0      ? column < d.in_w
                            : last < d.in_w ? column >= 0
                                            : column >= 0 && column < d.in_w;
        const Expr clamped = Halide::clamp(Halide::likely(column), 0, d.in_w - 1);
        value = Halide::select(inside, Halide::likely(in(channel, clamped, row)), 0.0f);
      } else {
        value = in(channel, column, row);
      }
      sum += weights(c % d.lanes, dy * d.kernel_w + dx, c / d.lanes) * value;
    }
  }
  return activate(activation, sum);
}

inline void schedule_depthwise(const DepthwiseRows& d, Halide::Func out, const Halide::Var& c,
                               const Halide::Var& p) {
  Halide::Var co("co"), ci("ci"), y("y"), yo("yo"), yi("yi"), x("x"), xo("xo"), xi("xi");
  out.bound(c, 0, d.channels)
      .bound(p, 0, d.rows * d.out_w)
      .split(c, co, ci, d.lanes, Halide::TailStrategy::RoundUp)
      .split(p, y, x, d.out_w, Halide::TailStrategy::RoundUp)
      .split(y, yo, yi, std::min(d.unrolled_rows, d.rows), Halide::TailStrategy::ShiftInwards)
      .split(x, xo, xi, std::min(d.pixels, d.out_w), Halide::TailStrategy::ShiftInwards)
      .vectorize(ci)
      .unroll(xi)
      .unroll(yi);
  if (d.channels_inside) {
    out.reorder(ci, xi, yi, co, xo, yo);
  } else {
    out.reorder(ci, xi, yi, xo, yo, co);
  }
}

}  // namespace slimc::schedules
