#include "compiler/plan/plan_memory.h"

#include <algorithm>
#include <optional>

namespace slimc {
namespace {

constexpr std::int64_t kAlignment = 64;

std::int64_t aligned(std::int64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

void place(std::vector<Argument>& arguments, const std::vector<Buffer>& buffers) {
  for (Argument& a : arguments) {
    if (a.source != Argument::Source::Arena) continue;
    const Buffer& b = buffers[static_cast<std::size_t>(a.buffer)];
    a.offset += b.image_offset();
  }
}

// An end of the arena for each buffer, so that none shares it with another that lives at the same
// time; nothing where three live at once. Buffers are in the order of the stages that write them.
enum class End { Low, High };
std::optional<std::vector<End>> choose_ends(const std::vector<Buffer>& buffers) {
  std::vector<End> ends;
  for (const Buffer& buffer : buffers) {
    bool taken[2] = {false, false};
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const bool together = buffers[i].first_stage <= buffer.last_stage &&
                            buffer.first_stage <= buffers[i].last_stage;
      if (together) taken[static_cast<std::size_t>(ends[i])] = true;
    }
    if (taken[0] && taken[1]) return std::nullopt;
    ends.push_back(taken[0] ? End::High : End::Low);
  }
  return ends;
}

// Two buffers at a time, one at each end of the arena, and the stage's scratch between them: the
// arena is as large as what the neediest stage must have at once.
void place_at_ends(Plan& plan, const std::vector<End>& ends) {
  std::vector<Buffer>& buffers = plan.buffers;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    Stage& stage = plan.stages[s];
    std::int64_t bytes = stage.scratch_bytes;
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      if (!buffers[i].lives_during(static_cast<int>(s))) continue;
      bytes += aligned(buffers[i].bytes());
      if (ends[i] == End::Low) stage.scratch_offset = aligned(buffers[i].bytes());
    }
    plan.arena_bytes = std::max(plan.arena_bytes, bytes);
  }
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    buffers[i].offset = ends[i] == End::Low ? 0 : plan.arena_bytes - aligned(buffers[i].bytes());
  }
}

// A block of memory that is needed from one stage to another.
struct Interval {
  int first_stage = 0, last_stage = 0;
  std::int64_t bytes = 0;
  std::int64_t* offset = nullptr;
};

// Any network: the largest first, each at the lowest place where nothing lies that is needed at the
// same time. (Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020,
// "greedy by size".)
void place_by_size(Plan& plan) {
  std::vector<Interval> all;
  for (Buffer& b : plan.buffers) {
    all.push_back({b.first_stage, b.last_stage, aligned(b.bytes()), &b.offset});
  }
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const int at = static_cast<int>(s);
    all.push_back({at, at, plan.stages[s].scratch_bytes, &plan.stages[s].scratch_offset});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Interval& a, const Interval& b) { return a.bytes > b.bytes; });
  std::vector<Interval> placed;  // by offset
  for (const Interval& interval : all) {
    std::int64_t at = 0;
    for (const Interval& other : placed) {
      const bool together =
          interval.first_stage <= other.last_stage && other.first_stage <= interval.last_stage;
      if (!together || *other.offset + other.bytes <= at) continue;
      if (*other.offset >= at + interval.bytes) break;
      at = *other.offset + other.bytes;
    }
    *interval.offset = at;
    plan.arena_bytes = std::max(plan.arena_bytes, at + interval.bytes);
    const auto behind =
        std::upper_bound(placed.begin(), placed.end(), at,
                         [](std::int64_t offset, const Interval& p) { return offset < *p.offset; });
    placed.insert(behind, interval);
  }
}

}  // namespace

void plan_memory(Plan& plan) {
  plan.arena_bytes = 0;
  for (Stage& stage : plan.stages) stage.scratch_offset = 0;
  if (const auto ends = choose_ends(plan.buffers)) {
    place_at_ends(plan, *ends);
  } else {
    place_by_size(plan);
  }
  for (Stage& stage : plan.stages) {
    for (StageVariant& variant : stage.variants) place(variant.arguments, plan.buffers);
  }
}

}  // namespace slimc
