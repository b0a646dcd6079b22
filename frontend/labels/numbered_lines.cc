#include "frontend/labels/numbered_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace slimc::frontend {
namespace {

constexpr std::string_view kBlank = " \t";

// "0 tench", "0: tench", "0,tench", "0. tench".
struct Numbered {
  std::size_t number = 0;
  char separator = ' ';
  std::string_view rest;
};

std::optional<Numbered> split_number(std::string_view line) {
  Numbered result;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), result.number);
  if (error != std::errc() || end == line.data()) return std::nullopt;
  std::string_view rest = line.substr(static_cast<std::size_t>(end - line.data()));
  const std::size_t separator = rest.find_first_not_of(' ');
  if (separator == std::string_view::npos) return std::nullopt;  // a number alone is a label
  constexpr std::string_view kSeparators = ":,;=\t";
  if (kSeparators.find(rest[separator]) != std::string_view::npos) {
    result.separator = rest[separator];
    rest.remove_prefix(separator + 1);
  } else if (rest.starts_with(". ") || rest.starts_with(") ")) {
    result.separator = rest[0];
    rest.remove_prefix(1);
  } else if (separator == 0) {
    return std::nullopt;  // "3D"
  }
  const std::size_t first = rest.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return std::nullopt;
  result.rest = rest.substr(first);
  return result;
}

// "class,name" above lines like "0,tench".
bool is_header(std::string_view line, const Numbered& next) {
  constexpr std::string_view kOfTables = ",;\t";
  return kOfTables.find(next.separator) != std::string_view::npos &&
         line.find(next.separator) != std::string_view::npos;
}

// "n02119789 1 kit_fox": map_clsloc.txt of ImageNet's challenge, whose order no network has.
bool is_numbered_synset(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos || !is_wordnet_id(line.substr(0, blank))) return false;
  return split_number(line.substr(blank + 1)).has_value();
}

// By class; or what is wrong.
void sort_by_number(std::vector<LabelLine>& lines, const std::vector<Numbered>& numbered,
                    LabelProblems& problems) {
  std::vector<LabelLine> sorted(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t number = numbered[i].number;
    if (number >= lines.size()) {
      problems.add(lines[i].number,
                   fmt::format("is numbered {}, expected the numbers of the classes, 0 to {} for "
                               "{} lines; take the numbers out if they are others",
                               number, lines.size() - 1, lines.size()));
      return;
    }
    if (sorted[number].number != 0) {
      problems.add(lines[i].number, fmt::format("class {} again, it is on line {} too", number,
                                                sorted[number].number));
      return;
    }
    sorted[number] = {.text = numbered[i].rest, .number = lines[i].number};
  }
  lines = std::move(sorted);
}

bool are_numbers_of_classes(const std::vector<Numbered>& numbered) {
  std::vector<bool> seen(numbered.size());
  for (const Numbered& line : numbered) {
    if (line.number >= seen.size() || seen[line.number]) return false;
    seen[line.number] = true;
  }
  return true;
}

bool count_from_one(const std::vector<Numbered>& numbered) {
  for (std::size_t i = 0; i < numbered.size(); ++i) {
    if (numbered[i].number != i + 1) return false;
  }
  return true;
}

}  // namespace

void take_numbers(std::vector<LabelLine>& lines, LabelProblems& problems) {
  if (lines.empty()) return;
  if (lines[0].text.starts_with("item {")) {
    problems.add(1, "a label map of object detection, expected a class a line");
    return;
  }
  if (std::all_of(lines.begin(), lines.end(),
                  [](const LabelLine& line) { return is_numbered_synset(line.text); })) {
    problems.add(1,
                 "a number between WordNet id and label, as in the challenge's own order of "
                 "classes, which is no network's; expected the lines in the order of the network's "
                 "classes, without these numbers");
    return;
  }
  std::vector<Numbered> numbered;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::optional<Numbered> split = split_number(lines[i].text);
    if (!split) return;
    numbered.push_back(*split);
  }
  const std::optional<Numbered> first = split_number(lines[0].text);
  if (!first) {
    if (!numbered.empty() && is_header(lines[0].text, numbered[0])) {
      problems.add(1, "looks like the titles of a table's columns; take this line out");
    }
    return;
  }
  numbered.insert(numbered.begin(), *first);
  if (count_from_one(numbered)) {
    problems.add(1, fmt::format("the lines are numbered from 1 to {}, and the classes from 0; take "
                                "the numbers out if the lines are in the order of the classes",
                                lines.size()));
    return;
  }
  // "50 km/h" is a label.
  const bool may_be_words = std::all_of(numbered.begin(), numbered.end(),
                                        [](const Numbered& line) { return line.separator == ' '; });
  if (may_be_words && !are_numbers_of_classes(numbered)) return;
  sort_by_number(lines, numbered, problems);
}

}  // namespace slimc::frontend
