// Every friendly name on every system that Halide has for it, and how the tests show that the
// libraries work: `slimc targets` prints this table, and tests/targets does what it says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/codegen/target.h"

namespace slimc {

enum class Tested {
  Natively,   // run on a processor that has what the target needs; on others only compiled
  UnderQemu,  // run by qemu-user, the networks and each kind of stage
  Linked,     // compiled, read by LLVM's readers, linked by its linkers; not run
};

// "run under qemu" and so on.
std::string_view words_of(Tested tested);

constexpr bool is_run(Tested tested) { return tested != Tested::Linked; }

struct ListedTarget {
  std::string_view family;  // "arm64-dotprod"
  std::string_view system;  // "macos"
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
