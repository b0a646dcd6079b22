// Every friendly name on every system that Halide has for it, and how the tests show that the
// libraries work: `slimc targets` prints this table, and tests/targets does what it says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/targets/target.h"

namespace slimc {

enum class Tested {
  Natively,   // run on a processor that has what the target needs; on others only compiled
  UnderQemu,  // run by qemu-user
  Linked,     // compiled, read by LLVM's readers, linked by its linkers; not run
};
inline constexpr Tested kTested[] = {Tested::Natively, Tested::UnderQemu, Tested::Linked};

// "native", "qemu" or "linked"; and a line about what that says.
std::string_view word_of(Tested tested);
std::string_view explanation_of(Tested tested);

constexpr bool is_run(Tested tested) { return tested != Tested::Linked; }

struct ListedTarget {
  std::string_view family;  // "arm64-dotprod"
  std::string_view system;  // "macos"
  std::string_view needs;   // what the CPU has, in words
  Target target;
  Tested tested;

  // "arm64-dotprod-macos": what --target takes.
  std::string name() const;
  // "ELF", "Mach-O" or "COFF".
  std::string_view object_format() const;
};

// By families, each on its systems, Linux first.
const std::vector<ListedTarget>& listed_targets();

}  // namespace slimc
