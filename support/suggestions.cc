#include "support/suggestions.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace slimc {
namespace {

constexpr std::size_t kMostNames = 3;
// The distance takes time by the product of lengths, and names come from strangers' files.
constexpr std::size_t kLongestName = 256;

std::string lower(std::string_view text) {
  std::string result(text.substr(0, kLongestName));
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// Letters to insert, drop, replace or swap with their neighbour (F. Damerau, CACM 7(3), 1964; the
// restricted form, in which a pair is swapped once).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

bool is_word_part(const std::string& part, const std::string& whole) {
  const auto is_border = [&](std::size_t at) {
    return at >= whole.size() || std::isalnum(static_cast<unsigned char>(whole[at])) == 0;
  };
  for (std::size_t at = whole.find(part); at != std::string::npos; at = whole.find(part, at + 1)) {
    if ((at == 0 || is_border(at - 1)) && is_border(at + part.size())) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> nearest_names(std::string_view name,
                                       const std::vector<std::string>& candidates) {
  const std::string wanted = lower(name);
  if (wanted.empty()) return {};
  const std::size_t most = std::max<std::size_t>(1, wanted.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& candidate : candidates) {
    const std::string other = lower(candidate);
    const std::size_t longer = std::max(other.size(), wanted.size());
    const std::size_t shorter = std::min(other.size(), wanted.size());
    const bool may_be_near = longer - shorter <= most;
    std::size_t far = may_be_near ? distance(wanted, other) : most + 1;
    // Behind those that are misspelt.
    if (far > most && is_word_part(wanted, other)) far = most;
    if (far <= most) near.emplace_back(far, candidate);
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (auto& [far, candidate] : near) {
    if (names.size() == kMostNames) break;
    if (std::find(names.begin(), names.end(), candidate) == names.end()) {
      names.push_back(std::move(candidate));
    }
  }
  return names;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  const std::vector<std::string> names = nearest_names(name, candidates);
  if (names.empty()) return "";
  std::string words = "; did you mean ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) words += i + 1 == names.size() ? " or " : ", ";
    words += "'" + names[i] + "'";
  }
  return words + "?";
}

}  // namespace slimc
