// Names in a message, when there may be many of them.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <string>
#include <vector>

namespace slimc::frontend {

// "a, b and 4 more": the first `most` of the items, each in the words that `words` has for it. The
// words of the others are not asked for: there may be a million.
template <typename Items, typename Words>
std::string listed(const Items& items, std::size_t most, const Words& words) {
  std::vector<std::string> shown;
  for (const auto& item : items) {
    if (shown.size() == most) break;
    shown.push_back(words(item));
  }
  std::string list = fmt::format("{}", fmt::join(shown, ", "));
  if (items.size() > most) list += fmt::format(" and {} more", items.size() - most);
  return list;
}

// Of words as they are.
inline std::string listed(const std::vector<std::string>& items, std::size_t most) {
  return listed(items, most, [](const std::string& item) { return item; });
}

}  // namespace slimc::frontend
