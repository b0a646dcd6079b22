#include <algorithm>
#include <cstddef>
#include <string>

#include "compiler/support/reserved_words.h"
#include "frontend/frontend.h"

namespace slimc::frontend {
namespace {

// External identifiers longer than this may be cut by a C99 implementation (5.2.4.1 promises 63
// for internal ones and 31 for external ones; every toolchain in use keeps far more).
constexpr std::size_t kMaxLength = 63;

// In front of what could not be a name otherwise: no name that begins so is anybody else's.
constexpr char kSafePrefix[] = "net_";

// Not std::isalpha: the result must not depend on the locale.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_identifier(const std::string& name) {
  return !name.empty() && !is_digit(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_digit(c) || is_letter(c) || c == '_'; });
}

// Without dots, and with one '_' between what is left of everything else. May be empty.
std::string spelled_in_c(const std::string& name) {
  std::string identifier;
  bool gap = false;
  for (const char c : name) {
    if (c == '.') continue;
    if (!is_digit(c) && !is_letter(c)) {
      gap = true;
      continue;
    }
    if (gap && !identifier.empty()) identifier += '_';
    gap = false;
    identifier += c;
  }
  if (!identifier.empty() && is_digit(identifier.front())) identifier = kSafePrefix + identifier;
  return identifier;
}

Result<std::string> with_allowed_length(std::string identifier) {
  if (identifier.size() <= kMaxLength) return identifier;
  return fail({.message = "the name '" + identifier + "' has " + std::to_string(identifier.size()) +
                          " characters, and a C identifier " + std::to_string(kMaxLength) +
                          " at most; give a shorter one with --name"});
}

}  // namespace

Result<std::string> c_identifier(const std::string& name) {
  std::string identifier = is_identifier(name) ? name : spelled_in_c(name);
  if (identifier.empty()) {
    return fail({.message = "no C identifier can be made from the name '" + name +
                            "'; give one with --name"});
  }
  if (const std::string why = why_no_library(identifier); !why.empty()) {
    return fail({.message = "the name '" + identifier + "' " + why +
                            "; give another one with --name, as '" + kSafePrefix + "...'"});
  }
  return with_allowed_length(std::move(identifier));
}

Result<std::string> c_identifier_of_file(const std::filesystem::path& file, const std::string& name,
                                         Reporter& reporter) {
  std::string identifier = spelled_in_c(name);
  std::string why = identifier.empty() ? "cannot be written in C" : why_no_library(identifier);
  if (!why.empty()) {
    const std::string refused = identifier.empty() ? name : identifier;
    identifier = identifier.empty() ? "net" : kSafePrefix + identifier;
    reporter.warning({.file = file.string(),
                      .message = "its library is called '" + identifier + "', because '" + refused +
                                 "' " + why + "; --name gives another name"});
  }
  return with_allowed_length(std::move(identifier));
}

}  // namespace slimc::frontend
