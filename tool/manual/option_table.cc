#include "tool/manual/option_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "tool/command.h"

namespace slimc {
namespace {

OptionEntry read_option(CLI::Option& option) {
  OptionEntry entry;
  if (option.nonpositional()) {
    for (const std::string& name : option.get_snames()) entry.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) entry.names.push_back("--" + name);
    if (option.get_expected_max() > 0) entry.value = option.get_type_name();
  } else {
    entry.names = {option.get_name(true)};
    entry.value = entry.names[0];
  }
  entry.description = option.get_description();
  if (!option.get_default_str().empty()) {
    entry.description += fmt::format(" (default {})", option.get_default_str());
  }
  entry.group = option.get_group();
  entry.required = option.get_required();
  entry.repeated = option.get_expected_max() > 1;
  entry.values = values_of(option);
  return entry;
}

// Lines of a paragraph are joined; behind "Examples:" each is a command.
void read_footer(const std::string& footer, CommandEntry& entry) {
  std::istringstream lines(footer);
  bool in_examples = false, in_paragraph = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "Examples:") {
      in_examples = true;
    } else if (line.empty()) {
      in_paragraph = false;
    } else if (in_examples) {
      entry.examples.push_back(CLI::detail::trim_copy(line));
    } else if (in_paragraph) {
      entry.paragraphs.back() += " " + line;
    } else {
      entry.paragraphs.push_back(line);
      in_paragraph = true;
    }
  }
}

CommandEntry read_command(CLI::App& app) {
  CommandEntry entry;
  entry.name = app.get_name();
  entry.description = app.get_description();
  for (CLI::Option* option : app.get_options()) {
    OptionEntry read = read_option(*option);
    (option->nonpositional() ? entry.options : entry.positionals).push_back(std::move(read));
  }
  read_footer(app.get_footer(), entry);
  return entry;
}

}  // namespace

bool OptionEntry::takes_file() const {
  return values.empty() && (value.starts_with("FILE") || value == "PREFIX");
}

bool OptionEntry::takes_folder() const { return values.empty() && value == "DIR"; }

OptionTable read_options(CLI::App& app) {
  OptionTable table;
  table.program = read_command(app);
  for (CLI::App* command : app.get_subcommands({})) {
    table.commands.push_back(read_command(*command));
  }
  return table;
}

std::string in_short(const std::string& description) {
  std::size_t end = description.size();
  for (const char* mark : {": ", "; ", ". ", " ("}) end = std::min(end, description.find(mark));
  return description.substr(0, end);
}

}  // namespace slimc
