#include "schedules/tiling/depthwise_loops.h"

#include "schedules/tiling/lanes.h"

namespace slimc {
namespace {

// Beyond these a kernel is no faster and takes minutes to compile: all of it is unrolled.
constexpr int kMostDepthwisePixels = 128;
constexpr int kMostDepthwiseRows = 8;

}  // namespace

void choose_depthwise_loops(const StageOnTarget& on, Tiling& t) {
  const StageShape& s = on.shape;
  t.depthwise_lanes = s.depth_multiplier > 1
                          ? lanes_of_fewest_vectors(s.in_c * s.depth_multiplier, on.target.lanes())
                          : widest_lanes_dividing(on.in_padded_c, on.target.lanes());
  // Neighbouring outputs share loaded pixels while 9 weights and 8 sums fit 32 registers; with
  // 16 the weights alone fill them. Measured, GMAC/s, pixels 1, 4, 7, 8: AVX2
  // 7x14x512 19.9, 18.3, 16.0, -; AVX-512 7x14x512 -, 37.7, 30.3, 41.1, 7x14x256 stride 2
  // -, 27.5, 29.0, 27.7.
  t.depthwise_pixels = on.target.vector_registers >= 32 ? 8 : 1;
  // With channels outside, weights stay in registers while pixels are walked, and lines that
  // are close together but not adjacent come in slowly; with few channels whole pixels at a
  // time are faster. Measured on AVX-512, GMAC/s outside and inside: 7x56x64 stride 2 25 and
  // 38, 7x56x128 37 and 48, 7x28x128 stride 2 25 and 36; 7x28x256 65 and 55, 7x14x512 60
  // and 52.
  t.depthwise_channels_inside = on.in_padded_c <= 128;
}

void check_depthwise_loops(const Tiling& t, FirstProblem& problem) {
  problem.require(t.depthwise_rows >= 1 && t.depthwise_rows <= kMostDepthwiseRows,
                  "depthwise_rows is " + std::to_string(t.depthwise_rows) + ", expected 1 to " +
                      std::to_string(kMostDepthwiseRows));
  problem.require(t.depthwise_pixels >= 1 && t.depthwise_pixels <= kMostDepthwisePixels,
                  "depthwise_pixels is " + std::to_string(t.depthwise_pixels) + ", expected 1 to " +
                      std::to_string(kMostDepthwisePixels));
}

std::vector<int> depthwise_lane_candidates(const StageOnTarget& on, std::int64_t channels) {
  return on.shape.depth_multiplier == 1 ? all_lanes_dividing(on.in_padded_c, on.target.lanes())
                                        : lanes_with_less_padding(channels, on.target.lanes());
}

void add_depthwise_loops(const StageOnTarget& on, Tiling t, CandidateList& list) {
  const StageShape& s = on.shape;
  std::vector<std::int64_t> pixels;
  for (std::int64_t p = 1; p <= 8 && p <= s.out_w; ++p) pixels.push_back(p);
  // A row without a loop and without conditions, while that is not a page of code.
  constexpr std::int64_t kMostTaps = 512;
  if (s.out_w > 8 && s.out_w <= 32 && s.out_w * s.kernel_h * s.kernel_w <= kMostTaps) {
    pixels.push_back(s.out_w);
  }
  for (const std::int64_t p : pixels) {
    for (const bool inside : {false, true}) {
      t.depthwise_pixels = static_cast<int>(p);
      t.depthwise_channels_inside = inside;
      for (const int rows : {1, 2}) {
        t.depthwise_rows = rows;
        if (rows <= t.rows && (rows == 1 || p <= 8)) list.add(t);
      }
    }
  }
}

}  // namespace slimc
