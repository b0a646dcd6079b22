#include "compiler/objects/check_object.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/ADT/Triple.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <set>

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

// Of thumb and arm one name.
std::string kind(const char* format, bool is_64_bit, llvm::Triple::ArchType architecture) {
  return fmt::format("a {}-bit {} object for {}", is_64_bit ? 64 : 32, format,
                     llvm::Triple::getArchTypePrefix(architecture).str());
}

std::string kind_of(const llvm::object::ObjectFile& object) {
  const char* format = object.isELF() ? "ELF" : object.isMachO() ? "Mach-O" : "COFF";
  return kind(format, object.getBytesInAddress() == 8, object.getArch());
}

std::string kind_of(const llvm::Triple& triple) {
  const char* format = triple.isOSBinFormatELF()     ? "ELF"
                       : triple.isOSBinFormatMachO() ? "Mach-O"
                                                     : "COFF";
  return kind(format, triple.isArch64Bit(), triple.getArch());
}

// Empty if it is an object of the triple's format and architecture that a linker takes.
std::string kind_problem(const std::string& object, const std::string& triple) {
  auto file = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(object, "object"));
  if (!file) {
    llvm::consumeError(file.takeError());
    return "is no object file";
  }
  const std::string found = kind_of(**file);
  const std::string wanted = kind_of(llvm::Triple(triple));
  if (found != wanted) return fmt::format("is {}, expected {}", found, wanted);
  return (*file)->isRelocatableObject() ? "" : "is linked already, expected an object";
}

}  // namespace

std::string object_problem(const std::string& object, const ExpectedObject& expected) {
  if (std::string problem = kind_problem(object, expected.triple); !problem.empty()) return problem;
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
