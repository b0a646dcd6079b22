#include "frontend/labels/label_lines.h"

#include <fmt/format.h>

#include "frontend/labels/labels.h"

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

}  // namespace

std::vector<ClassLabel> parse_label_lines(std::string_view text, LabelProblems& problems) {
  std::vector<ClassLabel> labels;
  WordnetIds ids;
  // Empty lines at the end.
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  for (int line_number = 1; !text.empty() && !problems.full(); ++line_number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (labels.size() == kMaxLabels) {
      problems.add(line_number, fmt::format("more than {} labels", kMaxLabels));
      break;
    }
    ClassLabel label = split_line(trim(line));
    if (const std::string problem = problem_with(label.label, "label"); !problem.empty()) {
      problems.add(line_number, problem);
    } else if (!label.wordnet_id.empty()) {
      const int before = ids.line_before(label.wordnet_id, line_number);
      if (before != 0) {
        problems.add(line_number,
                     fmt::format("WordNet id {} is that of line {} too", label.wordnet_id, before));
      }
    }
    labels.push_back(std::move(label));
  }
  return labels;
}

}  // namespace slimc::frontend
