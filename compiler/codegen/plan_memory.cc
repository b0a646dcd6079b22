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
  plan.arena_bytes = 0;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    std::int64_t bytes = aligned(buffers[i].bytes());
    if (i + 1 < buffers.size()) bytes += aligned(buffers[i + 1].bytes());
    plan.arena_bytes = std::max(plan.arena_bytes, bytes);
  }
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    buffers[i].offset = i % 2 == 0 ? 0 : plan.arena_bytes - aligned(buffers[i].bytes());
  }
  for (Stage& stage : plan.stages) {
    place(stage.arguments, buffers);
    place(stage.arguments_u8, buffers);
  }
}

}  // namespace slimc
