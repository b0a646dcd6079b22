#include "compiler/targets/target_list.h"

#include <llvm/ADT/Triple.h>

namespace slimc {
namespace {

constexpr std::string_view kSystems[] = {"linux", "android", "macos",
                                         "ios",   "windows", "baremetal"};

struct Need {
  std::string_view family, words;
};
constexpr Need kNeeds[] = {
    {"x86-64", "SSE4.1"},
    {"x86-64-v3", "AVX2, FMA, F16C"},
    {"x86-64-v4", "AVX-512 F CD BW DQ VL"},
    {"arm64", "ARMv8-A"},
    {"arm64-dotprod", "ARMv8.2-A, dot products"},
    {"arm64-fp16", "ARMv8.2-A, half precision"},
    {"armv7-neon", "ARMv7-A, NEON"},
};

std::string_view needs_of(std::string_view family) {
  for (const Need& need : kNeeds) {
    if (need.family == family) return need.words;
  }
  return "";
}

Tested how_tested(std::string_view system, const Target& target) {
  // What asks nothing of an operating system is linked into a program for Linux.
  if (system != "linux" && system != "baremetal") return Tested::Linked;
  return llvm::Triple(target.triple).isX86() ? Tested::Natively : Tested::UnderQemu;
}

std::vector<ListedTarget> make_list() {
  std::vector<ListedTarget> list;
  for (const std::string_view family : target_families()) {
    for (const std::string_view system : kSystems) {
      const Result<Target> target = parse_target(std::string(family) + "-" + std::string(system));
      if (!target) continue;  // 32-bit ARM on Apple's systems and Windows, x86 on iOS
      list.push_back({family, system, needs_of(family), *target, how_tested(system, *target)});
    }
  }
  return list;
}

}  // namespace

std::string_view word_of(Tested tested) {
  switch (tested) {
    case Tested::Natively:
      return "native";
    case Tested::UnderQemu:
      return "qemu";
    case Tested::Linked:
      return "linked";
  }
  return "";
}

std::string_view explanation_of(Tested tested) {
  switch (tested) {
    case Tested::Natively:
      return "run on a CPU that has it; where the tests' machine lacks it, compiled, not run";
    case Tested::UnderQemu:
      return "run under qemu-user: each kind of stage against double precision";
    case Tested::Linked:
      return "read by LLVM's readers and linked by its linkers; not run";
  }
  return "";
}

std::string ListedTarget::name() const { return std::string(family) + "-" + std::string(system); }

std::string_view ListedTarget::object_format() const {
  const llvm::Triple triple(target.triple);
  return triple.isOSBinFormatELF() ? "ELF" : triple.isOSBinFormatMachO() ? "Mach-O" : "COFF";
}

const std::vector<ListedTarget>& listed_targets() {
  static const std::vector<ListedTarget> list = make_list();
  return list;
}

}  // namespace slimc
