#include "compiler/codegen/plan_memory.h"

#include <algorithm>

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
    a.offset += b.offset + b.halo_top * b.row_floats() * std::int64_t{sizeof(float)};
  }
}

}  // namespace

void plan_memory(Plan& plan) {
  std::vector<Buffer>& buffers = plan.buffers;
  const auto low = [](std::size_t buffer) { return buffer % 2 == 0; };
  plan.arena_bytes = 0;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    Stage& stage = plan.stages[s];
    stage.scratch_offset = 0;
    std::int64_t bytes = stage.scratch_bytes;
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      if (!buffers[i].lives_during(static_cast<int>(s))) continue;
      bytes += aligned(buffers[i].bytes());
      if (low(i)) stage.scratch_offset = aligned(buffers[i].bytes());
    }
    plan.arena_bytes = std::max(plan.arena_bytes, bytes);
  }
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    buffers[i].offset = low(i) ? 0 : plan.arena_bytes - aligned(buffers[i].bytes());
  }
  for (Stage& stage : plan.stages) {
    place(stage.arguments, buffers);
    place(stage.arguments_u8, buffers);
  }
}

}  // namespace slimc
