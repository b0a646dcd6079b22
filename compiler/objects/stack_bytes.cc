#include "compiler/objects/stack_bytes.h"

#include <llvm/Demangle/Demangle.h>

#include <algorithm>

namespace slimc {
namespace {

// Bytes below the stack pointer that functions of some systems use without taking them.
constexpr std::int64_t kRedZone = 128;

// An instance of slimc/stages.h' function template that calls the kernel of a stage:
// "void slimc::(anonymous namespace)::compute_tasks<&(net_k_conv_0), ...>(...)". No two of them are
// on the stack at the same time.
bool is_stage(const std::string& symbol) {
  return llvm::demangle(symbol).find("::compute_tasks<") != std::string::npos;
}

}  // namespace

std::int64_t stack_bound(const StackFrames& code, std::int64_t kernel) {
  std::int64_t sum = kRedZone + kernel, stage = 0;
  for (const auto& [name, bytes] : code) {
    if (is_stage(name)) {
      stage = std::max(stage, bytes);
    } else {
      sum += bytes;
    }
  }
  return (sum + stage + 63) / 64 * 64;
}

std::int64_t kernel_stack(const StackFrames& frames, std::string_view unused) {
  std::int64_t sum = 0;
  for (const auto& [name, bytes] : frames) {
    if (!name.ends_with(unused)) sum += bytes;
  }
  return sum;
}

}  // namespace slimc
