#include <cstddef>
#include <string>

#include "compiler/support/reserved_words.h"
#include "frontend/frontend.h"

namespace slimc::frontend {
namespace {

// External identifiers longer than this may be cut by a C99 implementation (5.2.4.1 promises 63
// for internal ones and 31 for external ones; every toolchain in use keeps far more).
constexpr std::size_t kMaxLength = 63;

// Not std::isalpha: the result must not depend on the locale.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

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
  if (is_reserved_word(identifier)) {
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
