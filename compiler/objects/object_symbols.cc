#include "compiler/objects/object_symbols.h"

#include "compiler/objects/object_editor.h"
#include "compiler/objects/object_file.h"

namespace slimc {

std::vector<ObjectSymbol> read_symbols(const std::string& object) {
  const auto file = open_object(object);
  const Result<const ObjectEditor*> editor = editor_of(object);
  if (!file || !editor) return {};
  const bool underscores = (*editor)->has_underscores((*file)->getBytesInAddress() * 8);
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
