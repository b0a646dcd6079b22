#include "compiler/codegen/target_list.h"

#include <llvm/ADT/Triple.h>

namespace slimc {
namespace {

constexpr std::string_view kSystems[] = {"linux", "android", "macos",
                                         "ios",   "windows", "baremetal"};

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
      // No 32-bit ARM on Apple's systems and Windows, no x86 on iOS.
      if (target) list.push_back({family, system, *target, how_tested(system, *target)});
    }
  }
  return list;
}

}  // namespace

std::string_view words_of(Tested tested) {
  switch (tested) {
    case Tested::Natively:
      return "run natively where the CPU has it";
    case Tested::UnderQemu:
      return "run under qemu";
    case Tested::Linked:
      return "linked and read by LLVM, not run";
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
