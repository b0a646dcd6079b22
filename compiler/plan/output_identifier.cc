#include "compiler/plan/output_identifier.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/reserved_words.h"

namespace slimc {
namespace {

// What C99 promises to tell apart, without the number that may follow.
constexpr std::size_t kLongest = 60;

}  // namespace

std::string output_identifier(const std::string& name, const std::vector<PlanOutput>& others) {
  std::string identifier;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool capital = c >= 'A' && c <= 'Z';
    if (letter || capital) {
      identifier += capital ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!identifier.empty() && identifier.back() != '_') {
      identifier += '_';
    }
  }
  while (!identifier.empty() && identifier.back() == '_') identifier.pop_back();
  if (identifier.empty()) identifier = "output";
  if (identifier[0] >= '0' && identifier[0] <= '9') identifier = "output_" + identifier;
  // The end of a path says more than its beginning.
  if (identifier.size() > kLongest) {
    identifier = "output_" + identifier.substr(identifier.size() - kLongest + 7);
  }
  if (is_reserved_word(identifier)) identifier += '_';
  const auto is_taken = [&](const std::string& candidate) {
    return std::any_of(others.begin(), others.end(),
                       [&](const PlanOutput& other) { return other.identifier == candidate; });
  };
  std::string unique = identifier;
  for (int i = 2; is_taken(unique); ++i) unique = fmt::format("{}_{}", identifier, i);
  return unique;
}

}  // namespace slimc
