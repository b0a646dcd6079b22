#include "frontend/labels/labels.h"

#include "frontend/labels/class_index.h"
#include "frontend/labels/label_lines.h"
#include "support/files.h"
#include "support/input_files.h"

namespace slimc::frontend {

Result<ClassLabels> parse_labels(std::string_view text, const std::string& file) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  LabelProblems problems(file);
  ClassLabels labels{.file = file};
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    problems.add(0, "is text in UTF-16, expected UTF-8");
  } else if (first == std::string_view::npos) {
    problems.add(0, "has no labels");
  } else if (text[first] == '{' || text[first] == '[') {
    labels.list = parse_class_index(text, problems);
    if (problems.empty() && labels.empty()) problems.add(0, "has no labels");
  } else {
    labels.list = parse_label_lines(text, problems);
  }
  if (!problems.empty()) return Failure(problems.list());
  return labels;
}

Result<ClassLabels> read_labels(const std::filesystem::path& path) {
  note_input_file(path);
  SLIMC_ASSIGN(const std::string text, read_file(path, kMaxLabelsFile));
  return parse_labels(text, path.string());
}

}  // namespace slimc::frontend
