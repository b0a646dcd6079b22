#include <cstddef>
#include <string>
#include <unordered_set>

#include "frontend/frontend.h"

namespace slimc::frontend {
namespace {

// External identifiers longer than this may be cut by a C99 implementation (5.2.4.1 promises 63
// for internal ones and 31 for external ones; every toolchain in use keeps far more).
constexpr std::size_t kMaxLength = 63;

// Not std::isalpha: the result must not depend on the locale.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Names that cannot be a C or C++ program's: keywords of C17 and C++20, and what the generated
// source itself needs. POSIX keeps names that end in _t.
bool is_reserved(const std::string& identifier) {
  static const std::unordered_set<std::string> words = {
      "alignas",      "alignof",       "and",         "and_eq",    "asm",       "auto",
      "bitand",       "bitor",         "bool",        "break",     "case",      "catch",
      "char",         "class",         "co_await",    "co_return", "co_yield",  "compl",
      "concept",      "const",         "const_cast",  "consteval", "constexpr", "constinit",
      "continue",     "decltype",      "default",     "delete",    "do",        "double",
      "dynamic_cast", "else",          "enum",        "explicit",  "export",    "extern",
      "false",        "float",         "for",         "friend",    "goto",      "if",
      "inline",       "int",           "long",        "mutable",   "namespace", "new",
      "noexcept",     "not",           "not_eq",      "nullptr",   "operator",  "or",
      "or_eq",        "private",       "protected",   "public",    "register",  "reinterpret_cast",
      "requires",     "restrict",      "return",      "short",     "signed",    "sizeof",
      "static",       "static_assert", "static_cast", "struct",    "switch",    "template",
      "this",         "thread_local",  "throw",       "true",      "try",       "typedef",
      "typeid",       "typename",      "union",       "unsigned",  "using",     "virtual",
      "void",         "volatile",      "wchar_t",     "while",     "xor",       "xor_eq",
      "size_t",       "ptrdiff_t",     "int8_t",      "int16_t",   "int32_t",   "int64_t",
      "uint8_t",      "uint16_t",      "uint32_t",    "uint64_t",  "intptr_t",  "uintptr_t",
      "main",         "slimc"};
  // Two leading underscores, or one and a capital, are the implementation's (C17 7.1.3).
  const bool implementations =
      identifier.size() > 1 && identifier[0] == '_' &&
      (identifier[1] == '_' || (identifier[1] >= 'A' && identifier[1] <= 'Z'));
  return implementations || words.count(identifier) != 0;
}

}  // namespace

Result<std::string> c_identifier(const std::string& name) {
  std::string identifier;
  for (const char c : name) {
    if (c == '.') continue;
    identifier += is_digit(c) || is_letter(c) ? c : '_';
  }
  if (identifier.empty()) {
    return fail({.message = "no C identifier can be made from the name '" + name +
                            "'; give one with --name"});
  }
  if (is_digit(identifier.front())) identifier.insert(identifier.begin(), '_');
  if (is_reserved(identifier)) {
    return fail({.message = "the name '" + identifier +
                            "' is reserved in C or C++; give another one with --name"});
  }
  if (identifier.size() > kMaxLength) {
    return fail({.message = "the name '" + identifier + "' has " +
                            std::to_string(identifier.size()) + " characters, and a C identifier " +
                            std::to_string(kMaxLength) +
                            " at most; give a shorter one with --name"});
  }
  return identifier;
}

}  // namespace slimc::frontend
