#include "compiler/objects/check_object.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/ADT/Triple.h>

#include <algorithm>
#include <optional>
#include <set>

#include "compiler/objects/object_file.h"
#include "compiler/objects/object_symbols.h"

namespace slimc {
namespace {

// What clang and LLVM call without being told: copies and clears that they make of loops,
// position-independent code, and on Windows floats and large stack frames.
constexpr std::string_view kCompilersOwn[] = {
    "memcpy", "memmove", "memset",   "memcmp",   "_GLOBAL_OFFSET_TABLE_",
    "bzero",  "__bzero", "_fltused", "__chkstk",
    "floorf",  // where there is no instruction for it: 32-bit ARM
};

bool is_compilers_own(std::string_view name) {
  return name.starts_with("__aeabi_") ||  // 32-bit ARM's divisions and copies
         std::find(std::begin(kCompilersOwn), std::end(kCompilersOwn), name) !=
             std::end(kCompilersOwn);
}

std::string kind(int bits, std::string_view format, std::string_view architecture) {
  return fmt::format("a {}-bit {} object for {}", bits, format, architecture);
}

// By LLVM's prefixes of architectures, which thumb and arm share.
std::string kind_of(const llvm::object::ObjectFile& file) {
  const std::optional<ObjectFormat> format = format_of(file);
  return kind(file.getBytesInAddress() * 8,
              format ? name_of(*format) : std::string_view(file.getFileFormatName()),
              llvm::Triple::getArchTypePrefix(file.getArch()).str());
}

std::string kind_of(const Target& target) {
  return kind(target.architecture->bits, name_of(target.platform->format),
              target.architecture->llvm);
}

// Empty if it is an object of the target's format and architecture that a linker takes.
std::string kind_problem(const std::string& object, const Target& target) {
  const auto file = open_object(object);
  if (!file) return "is no object file";
  const std::string found = kind_of(**file), wanted = kind_of(target);
  if (found != wanted) return fmt::format("is {}, expected {}", found, wanted);
  return (*file)->isRelocatableObject() ? "" : "is linked already, expected an object";
}

}  // namespace

std::string object_problem(const std::string& object, const ExpectedObject& expected) {
  if (std::string problem = kind_problem(object, expected.target); !problem.empty()) return problem;
  std::set<std::string> defined, needed;
  for (ObjectSymbol& symbol : read_symbols(object)) {
    if (symbol.defined && symbol.global) defined.insert(symbol.name);
    // Mach-O's variants of functions are NAME$VARIANT.
    const std::string name = symbol.name.substr(0, symbol.name.find('$'));
    if (!symbol.defined && !name.empty() && !is_compilers_own(name) && !expected.may_need(name)) {
      needed.insert(symbol.name);
    }
  }
  for (const std::string& name : expected.defines) {
    if (!defined.contains(name)) return fmt::format("does not define {}", name);
  }
  if (needed.empty()) return "";
  return fmt::format("needs {}, which nothing that it was made of names", fmt::join(needed, ", "));
}

}  // namespace slimc
