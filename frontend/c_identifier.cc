#include <algorithm>
#include <cstddef>
#include <string>

#include "frontend/frontend.h"
#include "support/reserved_words.h"

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

std::string why_not(const std::string& identifier) {
  if (identifier.empty()) return "cannot be written in C";
  if (is_digit(identifier.front())) return "begins with a digit";
  return why_no_library(identifier);
}

Failure misuse(std::string message) {
  return fail({.message = std::move(message), .blame = Blame::Usage});
}

// Whose name it is decides who is to blame.
Result<void> check_length(const std::string& identifier, Blame blame) {
  if (identifier.size() <= kMaxLength) return {};
  return fail({.message = "the name '" + identifier + "' has " + std::to_string(identifier.size()) +
                          " characters, and a C identifier " + std::to_string(kMaxLength) +
                          " at most; give a shorter one with --name",
               .blame = blame});
}

}  // namespace

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
  return identifier;
}

Result<void> check_library_name(const std::string& name) {
  if (!is_identifier(name)) {
    std::string like = spelled_in_c(name);
    if (!why_not(like).empty()) like = kSafePrefix + like;
    return misuse("the name '" + name +
                  "' is no C identifier, which is letters, digits and '_', and " +
                  "begins with no digit; give another one with --name, as '" + like + "'");
  }
  if (const std::string why = why_no_library(name); !why.empty()) {
    return misuse("the name '" + name + "' " + why + "; give another one with --name, as '" +
                  kSafePrefix + "...'");
  }
  return check_length(name, Blame::Usage);
}

Result<std::string> c_identifier_of_file(const std::filesystem::path& file, const std::string& name,
                                         Reporter& reporter) {
  std::string identifier = spelled_in_c(name);
  if (const std::string why = why_not(identifier); !why.empty()) {
    const std::string refused = identifier.empty() ? name : identifier;
    identifier = identifier.empty() ? "net" : kSafePrefix + identifier;
    reporter.warning({.file = file.string(),
                      .message = "its library is called '" + identifier + "', because '" + refused +
                                 "' " + why + "; --name gives another name"});
  }
  SLIMC_TRY(check_length(identifier, Blame::Input));
  return identifier;
}

}  // namespace slimc::frontend
