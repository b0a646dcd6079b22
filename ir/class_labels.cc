#include "ir/class_labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace slimc {
namespace {

constexpr std::int64_t kImageNetClasses = 1000;

// What the class that is none is called: slim writes "background", TensorFlow's old label files
// "dummy".
bool is_background(const ClassLabel& label) {
  std::string text = label.label;
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return label.wordnet_id.empty() && (text == "background" || text == "dummy");
}

// "'crane' (classes 134, 517)" of the labels that several classes have, up to a number that a
// reader takes in. Classes with different WordNet ids are told apart by these.
std::vector<std::string> repeated(const std::vector<ClassLabel>& list) {
  std::unordered_map<std::string_view, std::vector<std::size_t>> classes;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].wordnet_id.empty()) classes[list[i].label].push_back(i);
  }
  constexpr std::size_t kMost = 5;
  std::vector<std::string> found;
  for (std::size_t i = 0; i < list.size() && found.size() < kMost; ++i) {
    const auto entry = classes.find(list[i].label);
    if (entry == classes.end() || entry->second.size() < 2 || entry->second[0] != i) continue;
    std::vector<std::size_t>& numbers = entry->second;
    const bool more = numbers.size() > kMost;
    if (more) numbers.resize(kMost);
    found.push_back(fmt::format("'{}' (classes {}{})", list[i].label, fmt::join(numbers, ", "),
                                more ? ", ..." : ""));
  }
  return found;
}

std::string what_to_do(std::int64_t count, std::int64_t classes, bool has_background) {
  if (count == classes - 1 && !has_background) {
    return "; where class 0 is one of its own, add a line for it ('background') in front, where "
           "the last class has no name, one behind";
  }
  if (count == classes - 1) return "; a class has no name";
  if (count == classes + 1 && has_background) {
    return "; where the network has no background, take that line out";
  }
  return "";
}

}  // namespace

Result<FittedLabels> labels_for_classes(ClassLabels labels, std::int64_t classes,
                                        std::string_view form) {
  std::vector<ClassLabel>& list = labels.list;
  const auto count = static_cast<std::int64_t>(list.size());
  const bool has_background = !list.empty() && is_background(list.front());
  const bool may_have_background = form != "Keras" && form != "ONNX";
  Diagnostics notes;
  if (count == classes) {
    // They are the network's.
  } else if (count == kImageNetClasses && classes == kImageNetClasses + 1 && !has_background &&
             may_have_background) {
    list.insert(list.begin(), {.wordnet_id = "", .label = "background"});
    notes.add({.file = labels.file,
               .message = fmt::format("{} labels for {} classes, taken for slim's ImageNet "
                                      "classes: class 0 is called 'background', class 1 is '{}'",
                                      count, classes, list[1].label)});
  } else if (count == kImageNetClasses + 1 && classes == kImageNetClasses && has_background) {
    notes.add({.file = labels.file,
               .message = fmt::format("{} labels for {} classes: the first, '{}', is left out; "
                                      "class 0 is '{}'",
                                      count, classes, list[0].label, list[1].label)});
    list.erase(list.begin());
  } else {
    return fail(
        {.file = labels.file,
         .message = fmt::format("{} label{}{}, expected {}, as many as the network has classes{}",
                                count, count == 1 ? "" : "s",
                                has_background ? fmt::format(" from '{}' on", list[0].label) : "",
                                classes, what_to_do(count, classes, has_background))});
  }
  if (const std::vector<std::string> same = repeated(list); !same.empty()) {
    notes.add(
        {.file = labels.file,
         .message = fmt::format("several classes have the same label: {}", fmt::join(same, ", "))});
  }
  return FittedLabels{std::move(labels), std::move(notes)};
}

}  // namespace slimc
