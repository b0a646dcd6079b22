#include "support/input_files.h"

#include <string_view>

#include "support/encode.h"

namespace slimc {
namespace {

thread_local InputFiles* collector = nullptr;

}  // namespace

InputFiles::InputFiles() : outer_(collector) { collector = this; }
InputFiles::~InputFiles() { collector = outer_; }

void note_input_file(const std::filesystem::path& file) {
  for (InputFiles* files = collector; files != nullptr; files = files->outer_) {
    files->files_.insert(file.lexically_normal());
  }
}

Result<std::string> depfile(const std::vector<std::filesystem::path>& outputs,
                            const std::set<std::filesystem::path>& inputs) {
  Diagnostics problems;
  const auto name = [&](const std::filesystem::path& path, RuleSide side) -> std::string {
    Result<std::string> encoded = dependency_name(path, side);
    if (encoded) return *std::move(encoded);
    problems.add(std::move(encoded).error());
    return "";
  };
  std::string rule;
  for (const auto& output : outputs) {
    rule += (rule.empty() ? "" : " ") + name(output, RuleSide::Target);
  }
  rule += ':';
  std::string names;
  for (const auto& input : inputs) names += " \\\n  " + name(input, RuleSide::Prerequisite);
  // Make takes "a=b" for a variable, and "define" for the beginning of one, unless another word
  // stands in front: a file that is always there and rarely new.
  const auto has = [&](std::string_view word) { return names.find(word) != std::string::npos; };
  if (has("=") || has("define")) rule += " /bin/sh";
  if (!problems.empty()) return Failure(std::move(problems));
  return rule + names + '\n';
}

}  // namespace slimc
