// The symbol tables of ELF, Mach-O and COFF objects.
#pragma once

#include <string>
#include <vector>

namespace slimc {

struct ObjectSymbol {
  std::string name;  // as C spells it: without the '_' that Mach-O and 32-bit Windows put in front
  bool defined = false;
  bool global = false;
};

// In the order of the table. Empty for bytes that are no object, or one that names nothing.
std::vector<ObjectSymbol> read_symbols(const std::string& object);

}  // namespace slimc
