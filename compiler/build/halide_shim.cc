#include "compiler/build/halide_shim.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string_view>

#include "compiler/build/compile_source.h"
#include "compiler/objects/object_symbols.h"

namespace slimc {
namespace {

// runtime/halide_shim.cc, embedded by CMake.
constexpr std::string_view kSource =
#include "halide_shim_text.inc"
    ;

std::set<std::string> halide_symbols(const std::string& object, bool defined) {
  std::set<std::string> names;
  for (const ObjectSymbol& symbol : read_symbols(object)) {
    if (symbol.defined == defined && symbol.name.rfind("halide_", 0) == 0) {
      names.insert(symbol.name);
    }
  }
  return names;
}

}  // namespace

Result<std::vector<ArchiveMember>> halide_shim(const std::vector<CompiledKernel>& kernels,
                                               const Target& target, const Toolchain& tools) {
  std::set<std::string> wanted;
  for (const CompiledKernel& kernel : kernels) wanted.merge(halide_symbols(kernel.object, false));
  if (wanted.empty()) return std::vector<ArchiveMember>{};

  SLIMC_ASSIGN(std::string object,
               compile_source("", std::string(kSource), "halide_shim", target, tools));
  for (const std::string& name : halide_symbols(object, true)) wanted.erase(name);
  if (!wanted.empty()) {
    return fail({.message = fmt::format("kernels need {} of Halide's runtime, which slimc's "
                                        "libraries do without",
                                        fmt::join(wanted, ", ")),
                 .blame = Blame::Tool});
  }
  return std::vector<ArchiveMember>{{"halide_shim.o", std::move(object)}};
}

}  // namespace slimc
