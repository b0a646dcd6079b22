// What a stage can be compiled with, and what the tuner may propose. That the kernels of all of it
// are right is tests/schedules/any_schedule_test.cc.
#include "schedules/tiling/candidates.h"

#include <gmock/gmock.h>

#include <iterator>
#include <limits>
#include <random>
#include <set>

#include "schedules/tiling/knobs.h"

namespace slimc {
namespace {

using ::testing::Contains;

TargetTraits avx2() { return {32, 16, 4, 2, 32 << 10, 1 << 20}; }
TargetTraits avx512() { return {64, 32, 4, 2, 48 << 10, 2 << 20}; }
TargetTraits neon() { return {16, 32, 4, 2, 32 << 10, 512 << 10, true}; }
TargetTraits sse_of_32_bits() { return {16, 8, 4, 2, 32 << 10, 256 << 10}; }

StageShape stage(StageKind kind, std::int64_t in, std::int64_t out, std::int64_t in_c,
                 std::int64_t out_c) {
  StageShape s;
  s.kind = kind;
  s.in_h = s.in_w = in;
  s.out_h = s.out_w = out;
  s.in_c = in_c;
  s.out_c = out_c;
  s.stride_h = s.stride_w = out == 1 ? 1 : in / out;
  s.kernel_h = s.kernel_w = kind == StageKind::Pointwise ? 1 : kind == StageKind::Pool ? in : 3;
  return s;
}

StageShape block() { return stage(StageKind::DepthwisePointwise, 14, 14, 512, 512); }
StageShape late_pointwise() { return stage(StageKind::Pointwise, 7, 7, 1024, 1000); }
StageShape late_depthwise() { return stage(StageKind::Depthwise, 7, 7, 96, 96); }

// The model's tiling for AVX2 with a few changes.
template <typename Change>
std::string problem_of(const StageShape& s, std::int64_t in_padded_c, Change change) {
  Tiling t = choose_tiling(s, in_padded_c, avx2());
  change(t);
  return check_tiling(s, in_padded_c, avx2(), t);
}

// Without padding.
template <typename Change>
std::string problem_of(const StageShape& s, Change change) {
  return problem_of(s, s.in_c, change);
}

std::vector<Tiling> candidates_of(const StageShape& s, const TargetTraits& target) {
  return candidate_tilings(s, s.in_c, target);
}

TEST(CheckTiling, RefusesVectorsThatTheTargetDoesNotHave) {
  for (const int lanes : {-8, 0, 3, 16, std::numeric_limits<int>::max()}) {
    EXPECT_EQ(
        problem_of(stage(StageKind::Softmax, 1, 1, 1001, 1001),
                   [&](Tiling& t) { t.lanes = lanes; }),
        "lanes is " + std::to_string(lanes) + ", expected a power of two up to the target's 8");
    EXPECT_EQ(problem_of(block(), [&](Tiling& t) { t.depthwise_lanes = lanes; }),
              "depthwise_lanes is " + std::to_string(lanes) +
                  ", expected a power of two up to the target's 8");
  }
}

TEST(CheckTiling, RefusesVectorsThatDoNotDivideTheChannelsThatADepthwiseReads) {
  StageShape s = block();
  s.in_c = 10;
  EXPECT_EQ(problem_of(s, 12, [](Tiling& t) { t.depthwise_lanes = 8; }),
            "depthwise_lanes is 8, expected a divisor of the 12 channels of input");
  s.kind = StageKind::Depthwise;
  s.out_c = 10;
  EXPECT_EQ(problem_of(s, 12, [](Tiling& t) { t.lanes = 8; }),
            "lanes is 8, expected a divisor of the 12 channels of input");
  s.kind = StageKind::Add;
  EXPECT_EQ(problem_of(s, 12, [](Tiling& t) { t.lanes = 8; }),
            "lanes is 8, expected a divisor of the 12 channels of input");
  s.kind = StageKind::Depthwise;
  // Its output has vectors of its own.
  s.depth_multiplier = 2;
  s.out_c = 20;
  EXPECT_EQ(problem_of(s, 12, [](Tiling& t) { t.lanes = 8; }), "");
}

TEST(CheckTiling, RefusesRowsThatDoNotDivideTheOutput) {
  for (const StageKind kind : {StageKind::FirstConvolution, StageKind::DepthwisePointwise,
                               StageKind::Pointwise, StageKind::Depthwise, StageKind::Add}) {
    for (const std::int64_t rows :
         {std::int64_t{-7}, std::int64_t{0}, std::int64_t{4}, std::int64_t{28}}) {
      EXPECT_EQ(
          problem_of(stage(kind, 14, 14, 512, 512), [&](Tiling& t) { t.rows = rows; }),
          "rows is " + std::to_string(rows) + ", expected a divisor of the 14 rows of output");
    }
  }
}

TEST(CheckTiling, RefusesRegisterTilesThatAreNone) {
  EXPECT_EQ(problem_of(block(), [](Tiling& t) { t.panel_vectors = 0; }),
            "panel_vectors is 0, expected 1 to the 64 vectors that hold all channels");
  EXPECT_EQ(problem_of(stage(StageKind::Pointwise, 14, 14, 512, 20),
                       [](Tiling& t) { t.panel_vectors = 4; }),
            "panel_vectors is 4, expected 1 to the 3 vectors that hold all channels");
  EXPECT_EQ(problem_of(block(), [](Tiling& t) { t.tile_pixels = 0; }),
            "tile_pixels is 0, expected 1 or more");
  EXPECT_EQ(problem_of(block(), [](Tiling& t) { t.panel_vectors = 8, t.tile_pixels = 9; }),
            "panel_vectors * tile_pixels is 72, expected at most 64");
  EXPECT_EQ(problem_of(block(), [](Tiling& t) { t.tile_pixels = 2147483647; }),
            "panel_vectors * tile_pixels is 4294967294, expected at most 64");
}

TEST(CheckTiling, RefusesLoopsUnrolledToNothingOrToAPageOfCode) {
  EXPECT_EQ(problem_of(block(), [](Tiling& t) { t.unroll_k = 0; }),
            "unroll_k is 0, expected 1 to 32");
  EXPECT_EQ(problem_of(late_pointwise(), [](Tiling& t) { t.unroll_k = 64; }),
            "unroll_k is 64, expected 1 to 32");
  EXPECT_EQ(problem_of(block(), [](Tiling& t) { t.pixel_channels = 3; }),
            "pixel_channels is 3, expected a power of two up to the target's 8");
  EXPECT_EQ(problem_of(block(), [](Tiling& t) { t.unroll_k = 2, t.pixel_channels = 4; }),
            "pixel_channels is 4, expected a divisor of unroll_k = 2");
  EXPECT_EQ(problem_of(block(), [](Tiling& t) { t.unroll_k = 12, t.pixel_channels = 4; }),
            "unroll_k is 12, expected a divisor of the 512 channels of input where pixel_channels "
            "is not 1");
  EXPECT_EQ(problem_of(block(), [](Tiling& t) { t.prefetch = 3; }),
            "prefetch is 3, expected 0, 1 or 2");
  EXPECT_EQ(problem_of(late_pointwise(), [](Tiling& t) { t.prefetch = -1; }),
            "prefetch is -1, expected 0, 1 or 2");
  EXPECT_EQ(problem_of(block(), [](Tiling& t) { t.depthwise_pixels = 0; }),
            "depthwise_pixels is 0, expected 1 to 128");
  EXPECT_EQ(problem_of(late_depthwise(), [](Tiling& t) { t.depthwise_pixels = 129; }),
            "depthwise_pixels is 129, expected 1 to 128");
}

TEST(CheckTiling, RefusesTasksOfChannelsWhereTheyCannotBe) {
  EXPECT_EQ(problem_of(block(), [](Tiling& t) { t.split_channels = true; }),
            "split_channels is 1, expected 0: tasks of a fused stage are rows");
  StageShape multiplied = late_depthwise();
  multiplied.depth_multiplier = 2;
  multiplied.out_c = 192;
  EXPECT_EQ(problem_of(multiplied, [](Tiling& t) { t.split_channels = true; }),
            "split_channels is 1, expected 0 for a depthwise with depth multiplier 2");
  EXPECT_EQ(problem_of(late_depthwise(), [](Tiling& t) { t.rows = 1; }),
            "rows is 1, expected all 7 where channels are split");
  EXPECT_EQ(problem_of(late_depthwise(), [](Tiling& t) { t.task_channels = 64; }),
            "task_channels is 64, expected a multiple of lanes = 8 that divides 96");
  EXPECT_EQ(problem_of(late_depthwise(), [](Tiling& t) { t.task_channels = 12; }),
            "task_channels is 12, expected a multiple of lanes = 8 that divides 96");
  EXPECT_EQ(problem_of(late_pointwise(),
                       [](Tiling& t) { t.lanes = 8, t.panel_vectors = 3, t.task_channels = 0; }),
            "task_channels is 0, expected a multiple of lanes * panel_vectors = 24 that divides "
            "1008");
  const StageShape pool = stage(StageKind::Pool, 7, 1, 96, 96);
  EXPECT_EQ(problem_of(pool, [](Tiling& t) { t.task_channels = 96, t.panel_vectors = 8; }),
            "task_channels is 96, expected a multiple of lanes * panel_vectors = 64 that divides "
            "96");
  EXPECT_EQ(problem_of(pool, [](Tiling& t) { t.panel_vectors = -1; }),
            "panel_vectors is -1, expected 1 to 64");
}

TEST(CheckTiling, RefusesShapesThatAreNone) {
  const std::string none = "the stage's shape has a size below 1 or above 2147483647";
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 31}) {
    for (auto size : {&StageShape::in_h, &StageShape::in_w, &StageShape::in_c, &StageShape::out_h,
                      &StageShape::out_w, &StageShape::out_c, &StageShape::depth_multiplier}) {
      StageShape s = block();
      s.*size = n;
      EXPECT_EQ(check_tiling(s, 512, avx2(), Tiling{}), none);
    }
    EXPECT_EQ(check_tiling(block(), n, avx2(), Tiling{}), none);
  }
}

// Knobs that a kind does not read may hold anything.
TEST(CheckTiling, AsksForRelevantKnobsOnly) {
  for (const StageShape& s :
       {block(), late_pointwise(), late_depthwise(),
        stage(StageKind::FirstConvolution, 224, 112, 3, 32), stage(StageKind::Pool, 7, 1, 96, 96),
        stage(StageKind::Softmax, 1, 1, 1001, 1001), stage(StageKind::Copy, 1, 1, 1001, 1001),
        stage(StageKind::Add, 14, 14, 64, 64)}) {
    for (const Knob& knob : knobs()) {
      if (is_relevant(knob, s.kind)) continue;
      // A fused stage says so, because its depthwise would believe it.
      if (s.kind == StageKind::DepthwisePointwise && std::string(knob.name) == "split_channels") {
        continue;
      }
      Tiling t = choose_tiling(s, s.in_c, avx2());
      for (const std::int64_t value : {knob.least, knob.most}) {
        knob.set(t, value);
        EXPECT_EQ(check_tiling(s, s.in_c, avx2(), t), "") << name_of(s.kind) << " " << knob.name;
      }
    }
  }
}

// Numbers at the ends of their types in all knobs at once: an answer, and no overflow for a
// sanitizer to find.
TEST(CheckTiling, AnswersForAnyNumbers) {
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    StageShape s = i % 3 == 0 ? block() : i % 3 == 1 ? late_pointwise() : late_depthwise();
    std::int64_t padded = s.in_c;
    if (i % 5 == 0) s.out_h = s.out_w = s.out_c = padded = 2147483647;
    Tiling t;
    for (const Knob& knob : knobs()) {
      const std::int64_t values[] = {knob.least, knob.most, 0, 1, knob.most == 1 ? 1 : -1};
      knob.set(t, values[random() % 5]);
    }
    const std::string problem = check_tiling(s, padded, avx2(), t);
    EXPECT_TRUE(t.lanes == 1 || !problem.empty());
  }
}

// 105 channels in 112 floats, as a panel of 16 leaves them: tasks divide the 112, not the 108.
TEST(ChooseTiling, KnowsOfPaddingThatItWouldNotHaveMade) {
  StageShape s = stage(StageKind::Depthwise, 7, 7, 105, 105);
  const Tiling t = choose_tiling(s, 112, neon());
  EXPECT_EQ(check_tiling(s, 112, neon(), t), "");
  EXPECT_EQ(t.lanes, 4);
  EXPECT_EQ(t.task_channels, 28);
}

// Two tilings are one where they make the same kernel and the same tasks.
std::vector<std::int64_t> what_matters(const Tiling& t, const StageShape& s) {
  std::vector<std::int64_t> values;
  const bool tasks_are_rows = s.kind != StageKind::Pool && !t.split_channels;
  for (const Knob& knob : knobs()) {
    if (!is_relevant(knob, s.kind)) continue;
    const bool idle = tasks_are_rows && std::string(knob.name) == "task_channels";
    values.push_back(idle ? 0 : knob.get(t));
  }
  return values;
}

void expect_good(const std::vector<Tiling>& candidates, const StageShape& s,
                 std::int64_t in_padded_c, const TargetTraits& target, const Tiling& first) {
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates.front(), first);
  EXPECT_LE(candidates.size(), 2000u);
  std::set<std::vector<std::int64_t>> seen;
  for (const Tiling& t : candidates) {
    EXPECT_EQ(check_tiling(s, in_padded_c, target, t), "") << to_string(t, s.kind);
    EXPECT_TRUE(seen.insert(what_matters(t, s)).second) << "twice: " << to_string(t, s.kind);
    for (const Knob& knob : knobs()) {
      if (is_relevant(knob, s.kind)) continue;
      EXPECT_EQ(knob.get(t), knob.get(first)) << knob.name;
    }
  }
}

TEST(Candidates, OfAnyShapeAreLegalAndBeginWithTheModels) {
  std::mt19937 random(11);
  const auto draw = [&random](int low, int high) {
    return static_cast<std::int64_t>(low + random() % static_cast<unsigned>(high - low + 1));
  };
  for (int i = 0; i < 200; ++i) {
    StageShape s;
    s.kind = kStageKinds[draw(0, static_cast<int>(std::size(kStageKinds)) - 1)];
    s.stride_h = s.stride_w = draw(1, 2);
    s.kernel_h = s.kernel_w = s.kind == StageKind::Pointwise ? 1 : draw(1, 5);
    s.out_h = draw(1, 130), s.out_w = draw(1, 130);
    s.in_h = s.out_h * s.stride_h, s.in_w = s.out_w * s.stride_w;
    s.in_c = s.kind == StageKind::FirstConvolution ? draw(1, 4) : draw(1, 1100);
    const bool depthwise =
        s.kind == StageKind::Depthwise || s.kind == StageKind::DepthwisePointwise;
    if (depthwise && draw(0, 4) == 0) s.depth_multiplier = draw(2, 3);
    s.out_c = s.kind == StageKind::Depthwise ? s.in_c * s.depth_multiplier : draw(1, 1100);
    const std::int64_t unit = std::int64_t{4} << draw(0, 3);
    const std::int64_t padded = (s.in_c + unit - 1) / unit * unit;
    for (const TargetTraits& target : {avx2(), avx512(), neon(), sse_of_32_bits()}) {
      SCOPED_TRACE(::testing::Message()
                   << name_of(s.kind) << " out " << s.out_h << "x" << s.out_w << "x" << s.out_c
                   << " in_c " << s.in_c << " lanes " << target.lanes());
      const std::vector<Tiling> candidates = candidate_tilings(s, padded, target);
      expect_good(candidates, s, padded, target, choose_tiling(s, padded, target));
      EXPECT_EQ(candidates, candidate_tilings(s, padded, target));
      const Tiling& other = candidates[random() % candidates.size()];
      expect_good(candidate_tilings(s, padded, target, other), s, padded, target, other);
    }
  }
}

// All values of one knob among candidates.
std::set<std::int64_t> values(const char* knob, const std::vector<Tiling>& candidates) {
  std::set<std::int64_t> found;
  for (const Tiling& t : candidates) found.insert(find_knob(knob)->get(t));
  return found;
}

using Values = std::set<std::int64_t>;

TEST(Candidates, OfAFusedBlock) {
  const auto candidates = candidates_of(block(), avx512());
  EXPECT_EQ(values("rows", candidates), (Values{1, 2, 7, 14}));
  EXPECT_EQ(values("unroll_k", candidates), (Values{1, 2, 4, 8}));
  EXPECT_EQ(values("panels_outside", candidates), (Values{0, 1}));
  EXPECT_EQ(values("prefetch", candidates), (Values{0, 1, 2}));
  EXPECT_EQ(values("depthwise_pixels", candidates), (Values{1, 2, 3, 4, 5, 6, 7, 8, 14}));
  EXPECT_EQ(values("depthwise_channels_inside", candidates), (Values{0, 1}));
  EXPECT_EQ(values("depthwise_lanes", candidates), (Values{4, 8, 16}));
  EXPECT_EQ(values("split_channels", candidates), (Values{0}));
  // 512 channels fill the widest vectors.
  EXPECT_EQ(values("lanes", candidates), (Values{16}));
  // Accumulators and weights in 32 registers; broadcasts are operands from memory.
  std::set<std::pair<int, int>> tiles;
  for (const Tiling& t : candidates) tiles.insert({t.panel_vectors, t.tile_pixels});
  for (const auto& tile : {std::pair{2, 14}, {2, 7}, {4, 6}, {4, 7}, {1, 14}}) {
    EXPECT_THAT(tiles, Contains(tile));
  }
  EXPECT_EQ(tiles.count({4, 8}), 0u);
  EXPECT_EQ(tiles.count({3, 10}), 0u);
}

TEST(Candidates, LoadSeveralChannelsWhereLanesAreMultipliedBy) {
  const auto candidates = candidates_of(block(), neon());
  EXPECT_EQ(values("pixel_channels", candidates), (Values{1, 4}));
  for (const Tiling& t : candidates) EXPECT_EQ(t.unroll_k % t.pixel_channels, 0);
  EXPECT_EQ(values("pixel_channels", candidates_of(block(), avx512())), (Values{1}));
}

TEST(Candidates, OfAPointwiseShareRowsOrChannels) {
  const auto candidates = candidates_of(late_pointwise(), avx2());
  EXPECT_EQ(values("split_channels", candidates), (Values{0, 1}));
  EXPECT_EQ(values("rows", candidates), (Values{1, 7}));
  // Both orders of loops for a tile, where there are two loops.
  EXPECT_EQ(values("panels_outside", candidates), (Values{0, 1}));
  EXPECT_THAT(values("task_channels", candidates), Contains(8));
  EXPECT_THAT(values("task_channels", candidates), Contains(1000));
}

TEST(Candidates, UseNarrowVectorsWhereChannelsAreFew) {
  EXPECT_EQ(
      values("lanes", candidates_of(stage(StageKind::FirstConvolution, 128, 64, 3, 24), avx512())),
      (Values{8, 16}));
  EXPECT_EQ(values("lanes", candidates_of(stage(StageKind::Pointwise, 1, 1, 16, 3), avx512())),
            (Values{4, 8, 16}));
}

TEST(Candidates, KeepATasksRowsInTheCache) {
  const auto candidates =
      candidates_of(stage(StageKind::DepthwisePointwise, 112, 112, 64, 128), avx2());
  // A row and what is between the two convolutions are 57 kB, and L2 has 1 MB.
  EXPECT_EQ(values("rows", candidates), (Values{1, 2, 4, 7, 8, 14, 16}));
}

TEST(Candidates, OfASumAreItsVectorsAndRows) {
  const auto candidates = candidates_of(stage(StageKind::Add, 14, 14, 24, 24), avx512());
  EXPECT_EQ(values("lanes", candidates), (Values{4, 8}));
  EXPECT_EQ(values("rows", candidates), (Values{1, 2, 7, 14}));
  EXPECT_EQ(candidates.size(), 8u);
}

TEST(Candidates, AroundAnotherKeepWhatTheyDoNotVary) {
  Tiling around = choose_tiling(block(), block().in_c, avx512());
  around.unroll_k = 8;
  around.depthwise_pixels = 3;
  around.rows = 2;
  const auto candidates = candidate_tilings(block(), block().in_c, avx512(), around);
  int tiles = 0;
  for (const Tiling& t : candidates) {
    // One group of knobs at a time.
    const bool tile = t.panel_vectors != around.panel_vectors ||
                      t.tile_pixels != around.tile_pixels || t.rows != around.rows ||
                      t.panels_outside != around.panels_outside;
    const bool unroll = t.unroll_k != around.unroll_k;
    const bool depthwise = t.depthwise_pixels != around.depthwise_pixels ||
                           t.depthwise_channels_inside != around.depthwise_channels_inside ||
                           t.depthwise_lanes != around.depthwise_lanes;
    EXPECT_LE(tile + unroll + depthwise, 1) << to_string(t, StageKind::DepthwisePointwise);
    tiles += tile;
  }
  EXPECT_GT(tiles, 100);
}

}  // namespace
}  // namespace slimc
