#include "frontend/labels/label_lines.h"

#include <fmt/format.h>

#include "frontend/labels/labels.h"
#include "frontend/labels/numbered_lines.h"

namespace slimc::frontend {
namespace {

constexpr std::string_view kBlank = " \t";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// "n01440764 tench, Tinca tinca", "n01440764" or "tench, Tinca tinca".
ClassLabel split_line(std::string_view line) {
  const std::string_view word = line.substr(0, line.find_first_of(kBlank));
  if (!is_wordnet_id(word)) return {.wordnet_id = "", .label = std::string(line)};
  const std::string_view rest = trim(line.substr(word.size()));
  return {.wordnet_id = std::string(word), .label = std::string(rest.empty() ? word : rest)};
}

// The lines without the blank around them.
std::vector<LabelLine> lines_of(std::string_view text, LabelProblems& problems) {
  std::vector<LabelLine> lines;
  // Empty lines at the end.
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  for (int number = 1; !text.empty(); ++number) {
    if (lines.size() == kMaxLabels) {
      problems.add(number, fmt::format("more than {} labels", kMaxLabels));
      break;
    }
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back({.text = trim(line), .number = number});
  }
  return lines;
}

}  // namespace

std::vector<ClassLabel> parse_label_lines(std::string_view text, LabelProblems& problems) {
  std::vector<LabelLine> lines = lines_of(text, problems);
  if (problems.empty()) take_numbers(lines, problems);
  std::vector<ClassLabel> labels;
  WordnetIds ids;
  for (const LabelLine& line : lines) {
    if (problems.full()) break;
    ClassLabel label = split_line(line.text);
    if (const std::string problem = problem_with(label.label, "label"); !problem.empty()) {
      problems.add(line.number, problem);
    } else if (!label.wordnet_id.empty()) {
      const int before = ids.line_before(label.wordnet_id, line.number);
      if (before != 0) {
        problems.add(line.number,
                     fmt::format("WordNet id {} is that of line {} too", label.wordnet_id, before));
      }
    }
    labels.push_back(std::move(label));
  }
  return labels;
}

}  // namespace slimc::frontend
