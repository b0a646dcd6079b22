#include "compiler/targets/target_list.h"

#include "support/check.h"

namespace slimc {
namespace {

Tested how_tested(const Target& target) {
  if (!target.platform->tests_run_it) return Tested::Linked;
  return target.architecture->tests_emulate ? Tested::UnderQemu : Tested::Natively;
}

std::vector<ListedTarget> make_list() {
  std::vector<ListedTarget> list;
  for (const Architecture& architecture : architectures()) {
    for (const CpuFamily& family : architecture.families) {
      for (const Platform& platform : platforms()) {
        if (triple_of(platform, architecture, {}).empty()) continue;
        const Result<Target> target =
            parse_target(std::string(family.name) + "-" + std::string(platform.name));
        SLIMC_CHECK(target, "a target of the tables is none: " + target.error().to_string());
        list.push_back({family.name, platform.name, family.needs, *target, how_tested(*target)});
      }
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

std::string_view ListedTarget::object_format() const { return name_of(target.platform->format); }

const std::vector<ListedTarget>& listed_targets() {
  static const std::vector<ListedTarget> list = make_list();
  return list;
}

}  // namespace slimc
