// The tiling model as tables: what it chooses for the published networks, and what must hold for
// any shape.
#include "schedules/tiling/tiling.h"

#include <gtest/gtest.h>

#include <iterator>
#include <random>

namespace slimc {
namespace {

TargetTraits avx2() { return {32, 16, 4, 2, 32 << 10, 1 << 20}; }
TargetTraits avx512() { return {64, 32, 4, 2, 48 << 10, 2 << 20}; }
TargetTraits neon() { return {16, 32, 4, 2, 32 << 10, 512 << 10, true}; }
TargetTraits neon_of_32_bits() { return {16, 16, 4, 1, 32 << 10, 512 << 10, true}; }
TargetTraits sse() { return {16, 16, 4, 2, 32 << 10, 256 << 10}; }

StageShape block(std::int64_t in, std::int64_t out, std::int64_t ci, std::int64_t co) {
  StageShape s;
  s.kind = StageKind::DepthwisePointwise;
  s.in_h = s.in_w = in;
  s.out_h = s.out_w = out;
  s.in_c = ci;
  s.out_c = co;
  s.kernel_h = s.kernel_w = 3;
  s.stride_h = s.stride_w = in / out;
  return s;
}

struct Choice {
  const char* description;
  StageShape shape;
  TargetTraits target;
  int lanes, panel_vectors, tile_pixels;
};

class TilingTable : public testing::TestWithParam<Choice> {};

TEST_P(TilingTable, ChoosesTheRegisterTile) {
  const Choice& c = GetParam();
  const Tiling t = choose_tiling(c.shape, c.shape.in_c, c.target);
  EXPECT_EQ(t.lanes, c.lanes);
  EXPECT_EQ(t.panel_vectors, c.panel_vectors);
  EXPECT_EQ(t.tile_pixels, c.tile_pixels);
}

INSTANTIATE_TEST_SUITE_P(
    Published, TilingTable,
    testing::Values(
        // 14 divides every width of the 224 networks.
        Choice{"1.0/224 block 7, AVX-512", block(14, 14, 512, 512), avx512(), 16, 2, 14},
        Choice{"1.0/224 block 1, AVX-512", block(112, 112, 32, 64), avx512(), 16, 2, 14},
        // Two rows a task, 28 pixels: seven tiles of 4 and none idle.
        Choice{"1.0/224 block 7, AVX2", block(14, 14, 512, 512), avx2(), 8, 2, 4},
        // Eight channels are half of a 512-bit register: the narrower vector wastes nothing.
        Choice{"0.25/224 first channels", block(112, 112, 8, 8), avx512(), 8, 1, 14},
        // Seven pixels leave none over; 4x5 would have fewer loads.
        Choice{"1.0/224 block 7, NEON", block(14, 14, 512, 512), neon(), 4, 2, 7},
        Choice{"0.5/160 block 7, NEON", block(10, 10, 256, 256), neon(), 4, 4, 5},
        // Five pixels of two vectors are what 16 registers hold; 14 are no multiple.
        Choice{"1.0/224 block 7, 32-bit NEON", block(14, 14, 512, 512), neon_of_32_bits(), 4, 2, 4},
        Choice{"0.5/160 block 7, 32-bit NEON", block(10, 10, 256, 256), neon_of_32_bits(), 4, 2,
               5}));

// Four channels of a pixel in a register, and one vmla at a time where there are 16 registers.
TEST(Tiling, LoadsLanesWhereTheyAreMultipliedBy) {
  const StageShape s = block(14, 14, 512, 512);
  EXPECT_EQ(choose_tiling(s, s.in_c, neon()).pixel_channels, 4);
  EXPECT_EQ(choose_tiling(s, s.in_c, neon()).unroll_k, 4);
  EXPECT_EQ(choose_tiling(block(14, 14, 30, 512), 32, neon()).pixel_channels, 1);
  EXPECT_EQ(choose_tiling(s, s.in_c, neon_of_32_bits()).pixel_channels, 1);
  EXPECT_EQ(choose_tiling(s, s.in_c, neon_of_32_bits()).unroll_k, 1);
  EXPECT_EQ(choose_tiling(s, s.in_c, avx512()).pixel_channels, 1);
}

TEST(Tiling, FusesWhereThereAreRowsToShare) {
  EXPECT_TRUE(should_fuse(block(14, 14, 512, 512), avx512()));
  EXPECT_FALSE(should_fuse(block(7, 7, 1024, 1024), avx512()));
}

TEST(Tiling, LateLayersShareChannels) {
  StageShape s;
  s.kind = StageKind::Pointwise;
  s.in_h = s.in_w = s.out_h = s.out_w = 7;
  s.in_c = s.out_c = 1024;
  const Tiling t = choose_tiling(s, s.in_c, avx512());
  EXPECT_TRUE(t.split_channels);
  EXPECT_EQ(t.rows, 7);
  EXPECT_EQ(t.task_channels % (t.lanes * t.panel_vectors), 0);
}

StageShape sum(std::int64_t size, std::int64_t channels) {
  StageShape s;
  s.kind = StageKind::Add;
  s.in_h = s.in_w = s.out_h = s.out_w = size;
  s.in_c = s.out_c = channels;
  return s;
}

TEST(Tiling, SumsShareRowsEvenly) {
  EXPECT_EQ(choose_tiling(sum(56, 24), 24, avx512()).rows, 14) << "four tasks";
  EXPECT_EQ(choose_tiling(sum(14, 64), 64, avx512()).rows, 7) << "two, of which each is a call";
  EXPECT_EQ(choose_tiling(sum(1, 64), 64, avx512()).rows, 1);
}

// Of two inputs the one with less padding says what both have.
TEST(Tiling, SumsTakeVectorsThatBothInputsHave) {
  EXPECT_EQ(choose_tiling(sum(56, 24), 32, avx512()).lanes, 16);
  EXPECT_EQ(choose_tiling(sum(56, 24), 24, avx512()).lanes, 8);
  EXPECT_EQ(choose_tiling(sum(56, 5), 5, avx512()).lanes, 1);
}

// What the generators and the plan rely on, over shapes that nobody published.
TEST(Tiling, HoldsItsPromisesForAnyShape) {
  std::mt19937 random(7);
  const auto draw = [&random](int low, int high) {
    return static_cast<std::int64_t>(low + random() % static_cast<unsigned>(high - low + 1));
  };
  for (int i = 0; i < 5000; ++i) {
    StageShape s;
    s.kind = kStageKinds[draw(0, static_cast<int>(std::size(kStageKinds)) - 1)];
    s.stride_h = s.stride_w = draw(1, 2);
    s.kernel_h = s.kernel_w = s.kind == StageKind::Pointwise ? 1 : 3;
    s.out_h = draw(1, 130), s.out_w = draw(1, 130);
    s.in_h = s.out_h * s.stride_h, s.in_w = s.out_w * s.stride_w;
    s.in_c = s.kind == StageKind::FirstConvolution ? draw(1, 4) : draw(1, 1100);
    s.depth_multiplier = draw(1, 8) == 8 ? 2 : 1;
    s.out_c = s.kind == StageKind::Depthwise ? s.in_c * s.depth_multiplier : draw(1, 1100);
    for (const TargetTraits& target : {avx2(), avx512(), neon(), neon_of_32_bits(), sse()}) {
      const std::int64_t unit = std::int64_t{4} << draw(0, 2);
      const std::int64_t padded = (s.in_c + unit - 1) / unit * unit;
      const Tiling t = choose_tiling(s, padded, target);
      SCOPED_TRACE(testing::Message()
                   << name_of(s.kind) << " out " << s.out_h << "x" << s.out_w << "x" << s.out_c
                   << " in_c " << s.in_c << " lanes " << target.lanes());
      EXPECT_EQ(s.out_h % t.rows, 0);
      EXPECT_LE(t.lanes, target.lanes());
      EXPECT_GE(t.tile_pixels, 1);
      EXPECT_GE(t.depthwise_pixels, 1);
      if (s.kind == StageKind::Pointwise || s.kind == StageKind::DepthwisePointwise) {
        // Accumulators, the panel's weights and one broadcast pixel.
        EXPECT_LE(t.panel_vectors * t.tile_pixels + t.panel_vectors + 1, target.vector_registers);
      }
      if (s.kind == StageKind::DepthwisePointwise && s.depth_multiplier == 1) {
        EXPECT_EQ(padded % t.depthwise_lanes, 0);
      }
      if (s.kind == StageKind::Add) EXPECT_EQ(padded % t.lanes, 0);
      if (s.kind == StageKind::Pool) {
        EXPECT_EQ(padded % t.task_channels, 0);
        EXPECT_EQ(t.task_channels, t.lanes * t.panel_vectors);
      }
    }
  }
}

}  // namespace
}  // namespace slimc
