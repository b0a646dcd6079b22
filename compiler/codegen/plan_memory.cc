#include "compiler/codegen/plan_memory.h"

#include <algorithm>

#include "compiler/support/check.h"

namespace slimc {
namespace {

constexpr std::int64_t kAlignment = 64;

std::int64_t aligned(std::int64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

bool live_together(const Buffer& a, const Buffer& b) {
  return a.first_stage <= b.last_stage && b.first_stage <= a.last_stage;
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
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    for (std::size_t j = i + 1; j < buffers.size(); ++j) {
      const Buffer &a = buffers[i], &b = buffers[j];
      SLIMC_CHECK(!live_together(a, b) || a.offset + a.bytes() <= b.offset ||
                      b.offset + b.bytes() <= a.offset,
                  "buffers '" + a.name + "' and '" + b.name + "' share memory while both live");
    }
  }
}

}  // namespace slimc
