#include "compiler/tools/labels.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "compiler/support/files.h"

namespace slimc {
namespace {

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

Result<std::vector<std::string>> parse_class_index(std::string_view text, const std::string& file) {
  const nlohmann::json index = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto problem = [&file](std::string message) {
    return fail({.file = file, .message = std::move(message)});
  };
  if (!index.is_object()) {
    return problem("malformed JSON, expected {\"0\": [\"n01440764\", \"tench\"], ...}");
  }
  std::vector<std::string> labels(index.size());
  std::vector<bool> seen(index.size());
  for (const auto& [key, entry] : index.items()) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
    if (error != std::errc() || end != key.data() + key.size() || number >= labels.size() ||
        seen[number]) {
      return problem(
          fmt::format("key '{}', expected each number from 0 to {} once", key, labels.size() - 1));
    }
    if (!entry.is_array() || entry.size() != 2 || !entry[1].is_string()) {
      return problem(fmt::format(
          "entry of '{}', expected an array of two strings, identifier and label", key));
    }
    labels[number] = entry[1].get<std::string>();
    seen[number] = true;
  }
  return labels;
}

}  // namespace

Result<std::vector<std::string>> parse_labels(std::string_view text, std::int64_t classes,
                                              const std::string& file) {
  std::vector<std::string> labels;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    SLIMC_ASSIGN(labels, parse_class_index(text, file));
  } else {
    labels = split_lines(text);
  }
  const auto count = static_cast<std::int64_t>(labels.size());
  if (count == classes - 1) labels.insert(labels.begin(), "background");
  if (count != classes && count != classes - 1) {
    return fail({.file = file,
                 .message = fmt::format("{} labels, expected {} or, without the background, {}",
                                        count, classes, classes - 1)});
  }
  return labels;
}

Result<std::vector<std::string>> read_labels(const std::filesystem::path& path,
                                             std::int64_t classes) {
  SLIMC_ASSIGN(const std::string text, read_file(path));
  return parse_labels(text, classes, path.string());
}

}  // namespace slimc
