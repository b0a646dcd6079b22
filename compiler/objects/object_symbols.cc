#include "compiler/objects/object_symbols.h"

#include <llvm/Object/COFF.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

namespace slimc {
namespace {

bool has_underscores(const llvm::object::ObjectFile& object) {
  return object.isMachO() || (object.isCOFF() && object.getArch() == llvm::Triple::x86);
}

}  // namespace

std::vector<ObjectSymbol> read_symbols(const std::string& object) {
  auto file = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(object, "object"));
  if (!file) {
    llvm::consumeError(file.takeError());
    return {};
  }
  const bool underscores = has_underscores(**file);
  std::vector<ObjectSymbol> symbols;
  for (const llvm::object::SymbolRef& symbol : (*file)->symbols()) {
    auto name = symbol.getName();
    auto flags = symbol.getFlags();
    if (!name || !flags) {
      llvm::consumeError(name.takeError());
      llvm::consumeError(flags.takeError());
      return {};
    }
    if (*flags & llvm::object::SymbolRef::SF_FormatSpecific) continue;  // sections, files
    if (underscores) name->consume_front("_");
    symbols.push_back({.name = name->str(),
                       .defined = !(*flags & llvm::object::SymbolRef::SF_Undefined),
                       .global = (*flags & llvm::object::SymbolRef::SF_Global) != 0});
  }
  return symbols;
}

}  // namespace slimc
