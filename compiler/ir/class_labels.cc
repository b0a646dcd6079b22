#include "compiler/ir/class_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace slimc {
namespace {

// What the class that is none is called: slim writes "background", TensorFlow's old label files
// "dummy".
bool is_background(const ClassLabel& label) {
  std::string text = label.label;
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return label.wordnet_id.empty() && (text == "background" || text == "dummy");
}

}  // namespace

Result<ClassLabels> labels_for_classes(ClassLabels labels, std::int64_t classes) {
  std::vector<ClassLabel>& list = labels.list;
  const auto count = static_cast<std::int64_t>(list.size());
  const bool has_background = !list.empty() && is_background(list.front());
  if (count == classes) return labels;
  if (count == classes - 1 && !has_background && !list.empty()) {
    list.insert(list.begin(), {.wordnet_id = "", .label = "background"});
    return labels;
  }
  if (count == classes + 1 && has_background) {
    list.erase(list.begin());
    return labels;
  }
  std::string expected = fmt::format("{}", classes);
  if (classes > 1) expected += fmt::format(" or, without the background, {}", classes - 1);
  return fail({.file = labels.file,
               .message = fmt::format(
                   "{} labels{}, expected {}", count,
                   has_background ? fmt::format(" from '{}' on", list[0].label) : "", expected)});
}

}  // namespace slimc
