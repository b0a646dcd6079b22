#include "compiler/objects/stack_bytes.h"

#include <llvm/Demangle/Demangle.h>

#include <algorithm>

namespace slimc {
namespace {

// Bytes below the stack pointer that functions of some systems use without taking them.
constexpr std::int64_t kRedZone = 128;

// "compute_conv_0" of "_ZN12_GLOBAL__N_114compute_conv_0ERN...".
bool is_stage(const std::string& symbol) {
  std::string name = llvm::demangle(symbol);
  for (const std::string_view scope : {"(anonymous namespace)", "`anonymous namespace'"}) {
    for (std::size_t at; (at = name.find(scope)) != std::string::npos;)
      name.erase(at, scope.size());
  }
  if (name.find('(') == std::string::npos) return false;  // a C function
  name = name.substr(0, name.find('('));
  const std::size_t scope = name.rfind("::");
  return scope != std::string::npos && name.compare(scope + 2, 8, "compute_") == 0 &&
         name.find(' ', scope) == std::string::npos && name != "::compute_stages" &&
         !name.ends_with("::compute_stages");
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
