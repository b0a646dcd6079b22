#include "compiler/objects/rename_symbols.h"

#include <algorithm>
#include <utility>

#include "compiler/objects/hide_symbols.h"
#include "compiler/objects/object_editor.h"
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

// What is wrong with the names, or empty. Linkers of some systems keep string tables in which one
// name is the tail of another. Halide's objects have no such pair with a placeholder in it, or the
// table would now be wrong.
std::string renaming_problem(const std::vector<ObjectSymbol>& before,
                             const std::vector<ObjectSymbol>& after, const std::string& symbol) {
  if (before.size() != after.size()) return "has other symbols after renaming than before";
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (after[i].name != renamed(before[i].name, symbol)) {
      return "has '" + after[i].name + "' after renaming '" + before[i].name + "'";
    }
    // On Windows, constants are symbols that linkers fold: "__real@3f800000" is 1.0f for everybody.
    const bool constant = after[i].name.find('@') != std::string::npos;
    if (after[i].global && after[i].defined && !constant && !after[i].name.starts_with(symbol)) {
      return "defines the foreign symbol '" + after[i].name + "'";
    }
  }
  return "";
}

Failure no_kernel(const std::string& symbol, std::string message) {
  return fail(
      {.subject = "kernel '" + symbol + "'", .message = std::move(message), .blame = Blame::Tool});
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
Result<std::string> rename_kernel(std::string object, const std::string& symbol) {
  const std::string placeholder = kernel_placeholder();
  SLIMC_CHECK(symbol.size() <= placeholder.size(), "symbol '" + symbol + "' is too long");
  if (const auto editor = editor_of(object); !editor) {
    return no_kernel(symbol, editor.error().to_string());
  }
  const std::vector<ObjectSymbol> before = read_symbols(object);
  if (std::none_of(before.begin(), before.end(),
                   [&](const ObjectSymbol& s) { return s.defined && s.name == placeholder; })) {
    return no_kernel(symbol, "does not define the placeholder that stands for its name");
  }
  for (std::size_t at = 0; (at = object.find(placeholder, at)) != std::string::npos;) {
    const std::size_t end = std::min(object.find('\0', at), object.size());
    std::string name = renamed(object.substr(at, end - at), symbol);
    name.resize(end - at, '\0');
    object.replace(at, end - at, name);
    at = end;
  }
  const std::string problem = renaming_problem(before, read_symbols(object), symbol);
  if (!problem.empty()) return no_kernel(symbol, problem);
  if (const auto hidden = hide_symbols(object); !hidden) {
    return no_kernel(symbol, hidden.error().to_string());
  }
  return object;
}

}  // namespace slimc
