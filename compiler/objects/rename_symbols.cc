#include <algorithm>

#include "compiler/build/codegen.h"
#include "compiler/objects/object_symbols.h"
#include "support/check.h"

namespace slimc {
namespace {

// `name` with the symbol in the placeholder's place; the suffix (_argv, _metadata) stays.
std::string renamed(std::string name, const std::string& symbol) {
  const std::string placeholder = kernel_placeholder();
  if (const std::size_t at = name.find(placeholder); at != std::string::npos) {
    name.replace(at, placeholder.size(), symbol);
  }
  return name;
}

// Linkers of some systems keep string tables in which one name is the tail of another. Halide's
// objects have no such pair with a placeholder in it, or the table would now be wrong.
void check_renamed(const std::vector<ObjectSymbol>& before, const std::vector<ObjectSymbol>& after,
                   const std::string& symbol) {
  SLIMC_CHECK(before.size() == after.size(), "renaming changed the number of symbols");
  for (std::size_t i = 0; i < before.size(); ++i) {
    SLIMC_CHECK(after[i].name == renamed(before[i].name, symbol),
                "renaming '" + before[i].name + "' gave '" + after[i].name + "'");
    // On Windows, constants are symbols that linkers fold: "__real@3f800000" is 1.0f for everybody.
    const bool constant = after[i].name.find('@') != std::string::npos;
    SLIMC_CHECK(
        !after[i].global || !after[i].defined || constant || after[i].name.rfind(symbol, 0) == 0,
        "kernel defines the foreign symbol '" + after[i].name + "'");
  }
}

}  // namespace

std::string kernel_placeholder() {
  std::string name = "slimc_kernel_";
  name.resize(127, '_');  // 63 of the network, '_', 63 of the stage
  return name;
}

// Every string of the object that holds the placeholder is overwritten where it stands: names of
// symbols, of sections (.text.NAME) and the name in Halide's metadata. All end in NUL, so a shorter
// name needs no other byte of the file to change.
std::string rename_kernel(std::string object, const std::string& symbol) {
  const std::string placeholder = kernel_placeholder();
  SLIMC_CHECK(symbol.size() <= placeholder.size(), "symbol '" + symbol + "' is too long");
  const std::vector<ObjectSymbol> before = read_symbols(object);
  SLIMC_CHECK(
      std::any_of(before.begin(), before.end(),
                  [&](const ObjectSymbol& s) { return s.defined && s.name == placeholder; }),
      "object does not define the placeholder");
  for (std::size_t at = 0; (at = object.find(placeholder, at)) != std::string::npos;) {
    const std::size_t end = std::min(object.find('\0', at), object.size());
    std::string name = renamed(object.substr(at, end - at), symbol);
    name.resize(end - at, '\0');
    object.replace(at, end - at, name);
    at = end;
  }
  check_renamed(before, read_symbols(object), symbol);
  hide_symbols(object);
  return object;
}

}  // namespace slimc
