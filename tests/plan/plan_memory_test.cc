// Where buffers and scratch lie, for any order of lives. That nothing overlaps is what verify(Plan)
// knows; here: how much the arena takes.
#include "compiler/plan/plan_memory.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

namespace slimc {
namespace {

using ::testing::IsEmpty;

struct Life {
  int first_stage, last_stage;
  std::int64_t bytes;
};

// A plan of these buffers, each written by its first stage and read by its last.
Plan plan_of(const std::vector<Life>& lives, const std::vector<std::int64_t>& scratch) {
  Plan plan;
  plan.input_shape = {1, 1, 1, 1};
  plan.outputs = {{"out", "out", {1, 1}}};
  plan.kernels.resize(1);
  for (std::size_t i = 0; i < scratch.size(); ++i) {
    Stage stage;
    stage.name = "stage_" + std::to_string(i);
    stage.scratch_bytes = scratch[i];
    stage.variants[0].kernel = 0;
    stage.inputs.clear();
    plan.scratch_bytes = std::max(plan.scratch_bytes, scratch[i]);
    plan.stages.push_back(std::move(stage));
  }
  for (std::size_t i = 0; i < lives.size(); ++i) {
    Buffer b;
    b.name = "buffer_" + std::to_string(i);
    b.width = lives[i].bytes / 4;
    b.first_stage = lives[i].first_stage;
    b.last_stage = lives[i].last_stage;
    plan.buffers.push_back(b);
    plan.stages[static_cast<std::size_t>(b.first_stage)].output = static_cast<int>(i);
    if (b.last_stage == b.first_stage) continue;
    Stage& reader = plan.stages[static_cast<std::size_t>(b.last_stage)];
    reader.inputs.push_back(static_cast<int>(i));
    Argument in;
    in.name = "in";
    in.buffer = static_cast<int>(i);
    reader.variants[0].arguments.push_back(in);
  }
  return plan;
}

std::int64_t neediest(const Plan& plan) {
  std::int64_t most = 0;
  for (int s = 0; s < static_cast<int>(plan.stages.size()); ++s) {
    std::int64_t bytes = plan.stages[static_cast<std::size_t>(s)].scratch_bytes;
    for (const Buffer& b : plan.buffers) bytes += b.lives_during(s) ? b.bytes() : 0;
    most = std::max(most, bytes);
  }
  return most;
}

void expect_sound(const Plan& plan) {
  EXPECT_THAT(verify(plan), IsEmpty()) << print(plan);
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const Stage& stage = plan.stages[s];
    EXPECT_EQ(stage.scratch_offset % 64, 0);
  }
}

TEST(PlanMemory, TakesWhatTheNeediestStageOfAChainNeeds) {
  Plan plan = plan_of({{0, 1, 640}, {1, 2, 1280}, {2, 3, 64}}, {0, 192, 0, 64});
  plan_memory(plan);
  expect_sound(plan);
  EXPECT_EQ(plan.arena_bytes, 640 + 1280 + 192);
  EXPECT_EQ(plan.stages[1].scratch_offset, 640);
}

// A result that is at the caller leaves no buffer, so that neighbours in the list need not be
// neighbours in time.
TEST(PlanMemory, LooksAtLivesAndNotAtNumbers) {
  Plan plan = plan_of({{0, 3, 640}, {1, 1, 128}, {3, 4, 1280}}, {0, 0, 0, 64, 0});
  plan.outputs.push_back({"early", "early", {1, 1}});
  plan.stages[2].network_output = 1;
  plan_memory(plan);
  expect_sound(plan);
  EXPECT_EQ(plan.arena_bytes, 640 + 1280 + 64);
}

TEST(PlanMemory, PlacesAShortcutBesideWhatItGoesAround) {
  // buffer_0 is read by the next stage and by the sum.
  Plan plan = plan_of({{0, 3, 640}, {1, 2, 6400}, {2, 3, 640}, {3, 4, 640}}, {0, 64, 0, 0, 0});
  plan_memory(plan);
  expect_sound(plan);
  EXPECT_EQ(plan.arena_bytes, neediest(plan));
}

TEST(PlanMemory, IsSoundForAnyLives) {
  std::mt19937 random(5);
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  double worst = 1;
  for (int i = 0; i < 500; ++i) {
    const int stages = draw(2, 12);
    std::vector<Life> lives;
    std::vector<std::int64_t> scratch;
    for (int s = 0; s < stages; ++s) {
      scratch.push_back(64 * draw(0, 3));
      if (s + 1 < stages) lives.push_back({s, draw(s + 1, stages - 1), 64 * draw(1, 40)});
    }
    Plan plan = plan_of(lives, scratch);
    plan.stages.back().output = -1;
    plan_memory(plan);
    expect_sound(plan);
    const double excess =
        static_cast<double>(plan.arena_bytes) / static_cast<double>(neediest(plan));
    worst = std::max(worst, excess);
  }
  EXPECT_LT(worst, 1.5) << "of what the neediest stage must have";
}

}  // namespace
}  // namespace slimc
