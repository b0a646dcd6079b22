#include "tool/help_format.h"

#include <fmt/format.h>

#include <sstream>

namespace slimc {
namespace {

constexpr std::size_t kColumn = 26;  // where descriptions begin
constexpr std::size_t kWidth = 88;

// "--top K"
std::string usage(const CLI::Option* option, bool is_positional) {
  const std::string name = option->get_name(is_positional, !is_positional);
  const std::string type = option->get_type_name();
  if (is_positional || type.empty()) return name + type;
  return name + " " + type;
}

std::string description(const CLI::Option* option) {
  std::string text = option->get_description();
  if (!option->get_default_str().empty()) {
    text += fmt::format(" (default {})", option->get_default_str());
  }
  if (option->get_required() && option->nonpositional()) text += " (required)";
  return text;
}

}  // namespace

std::string HelpFormat::make_help(const CLI::App* app, std::string name,
                                  CLI::AppFormatMode mode) const {
  // CLI11 puts two empty lines between groups.
  return CLI::detail::find_and_replace(CLI::Formatter::make_help(app, name, mode), "\n\n\n",
                                       "\n\n");
}

std::string HelpFormat::make_option(const CLI::Option* option, bool is_positional) const {
  std::string line = "  " + usage(option, is_positional);
  std::string text;
  if (line.size() + 1 >= kColumn) {
    text = line + "\n";
    line.clear();
  }
  line.resize(kColumn, ' ');
  std::istringstream words(description(option));
  for (std::string word; words >> word;) {
    if (line.size() > kColumn && line.size() + 1 + word.size() > kWidth) {
      text += line + "\n";
      line.assign(kColumn, ' ');
    } else if (line.size() > kColumn) {
      line += ' ';
    }
    line += word;
  }
  return text + line + "\n";
}

}  // namespace slimc
