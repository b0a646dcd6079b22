#include "compiler/support/reserved_words.h"

#include <unordered_set>

namespace slimc {

bool is_reserved_word(const std::string& identifier) {
  static const std::unordered_set<std::string> words = {
      "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break",
      "case", "catch", "char", "class", "co_await", "co_return", "co_yield", "compl", "concept",
      "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype",
      "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit", "export",
      "extern", "false", "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable",
      "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq",
      "private", "protected", "public", "register", "reinterpret_cast", "requires", "restrict",
      "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast", "struct",
      "switch", "template", "this", "thread_local", "throw", "true", "try", "typedef", "typeid",
      "typename", "union", "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while",
      "xor", "xor_eq", "size_t", "ptrdiff_t", "int8_t", "int16_t", "int32_t", "int64_t", "uint8_t",
      "uint16_t", "uint32_t", "uint64_t", "intptr_t", "uintptr_t", "main", "slimc",
      // Macros of GCC's own dialects and of the C library.
      "errno", "linux", "unix", "i386", "assert", "stdin", "stdout", "stderr", "NULL", "offsetof",
      "INFINITY", "NAN"};
  // Two leading underscores, or one and a capital, are the implementation's (C17 7.1.3).
  const bool implementations =
      identifier.size() > 1 && identifier[0] == '_' &&
      (identifier[1] == '_' || (identifier[1] >= 'A' && identifier[1] <= 'Z'));
  return implementations || words.count(identifier) != 0;
}

}  // namespace slimc
