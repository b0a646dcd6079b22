#include "compiler/support/input_files.h"

namespace slimc {
namespace {

thread_local InputFiles* collector = nullptr;

// As gcc -MD escapes: Make and Ninja read blanks, '#' and '$' in these forms.
std::string escaped(const std::filesystem::path& path) {
  std::string text;
  for (const char c : path.string()) {
    if (c == ' ' || c == '#') text += '\\';
    if (c == '$') text += '$';
    text += c;
  }
  return text;
}

}  // namespace

InputFiles::InputFiles() : outer_(collector) { collector = this; }
InputFiles::~InputFiles() { collector = outer_; }

void note_input_file(const std::filesystem::path& file) {
  for (InputFiles* files = collector; files != nullptr; files = files->outer_) {
    files->files_.insert(file.lexically_normal());
  }
}

std::string depfile(const std::vector<std::filesystem::path>& outputs,
                    const std::set<std::filesystem::path>& inputs) {
  std::string rule;
  for (const auto& output : outputs) rule += (rule.empty() ? "" : " ") + escaped(output);
  rule += ':';
  for (const auto& input : inputs) rule += " \\\n  " + escaped(input);
  return rule + '\n';
}

}  // namespace slimc
