#include "tool/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "support/encode.h"
#include "support/suggestions.h"

namespace slimc {
namespace {

// A validator's name is all that CLI11 gives back of it, so the values are written there.
constexpr std::string_view kValues = "values: ";

std::string name_for(const std::vector<std::string>& values) {
  return fmt::format("{}{}", kValues, fmt::join(values, " "));
}

}  // namespace

CLI::App* add_subcommand(CLI::App& app, const std::string& name, const std::string& description,
                         const std::string& footer) {
  CLI::App* command = app.add_subcommand(name, description);
  command->footer(footer);
  return command;
}

void add_output_options(CLI::App& command, Action& action, const std::string& json_keys) {
  command
      .add_flag("--json", action.output.json,
                "Print the result as JSON, alone on stdout: " + json_keys)
      ->group("Output");
  command.add_flag("--verbose", action.output.verbose, "Say on stderr what is being done")
      ->group("Output");
}

CLI::Validator one_of(const std::vector<std::string>& values) {
  CLI::Validator validator(
      [values](std::string& text) -> std::string {
        if (std::find(values.begin(), values.end(), text) != values.end()) return "";
        return fmt::format("{} not in {{{}}}{}", text, fmt::join(values, ","),
                           did_you_mean(text, values));
      },
      "");
  return validator.name(name_for(values));  // --help does not repeat the values
}

CLI::Validator propose(const std::vector<std::string>& values) {
  CLI::Validator validator([](std::string&) { return std::string(); }, "");
  return validator.name(name_for(values));
}

std::vector<std::string> values_of(CLI::Option& option) {
  for (int i = 0;; ++i) {
    const CLI::Validator* validator = nullptr;
    try {
      validator = option.get_validator(i);
    } catch (const CLI::OptionNotFound&) {  // CLI11 does not say how many there are
      return {};
    }
    const std::string& name = validator->get_name();
    if (name.starts_with(kValues)) return CLI::detail::split(name.substr(kValues.size()), ' ');
  }
}

std::string unexpected_arguments(const CLI::App& app) {
  const CLI::App* command = &app;
  for (const CLI::App* chosen : app.get_subcommands()) command = chosen;
  std::vector<std::string> options, subcommands;
  for (const CLI::Option* option : command->get_options()) {
    for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
    for (const std::string& name : option->get_snames()) options.push_back("-" + name);
  }
  for (const CLI::App* other : command->get_subcommands(nullptr)) {
    subcommands.push_back(other->get_name());
  }
  std::string text;
  for (const std::string& argument : app.remaining(true)) {
    const bool is_option = argument.size() > 1 && argument.starts_with('-');
    const std::string name = argument.substr(0, argument.find('='));
    std::string line;
    if (is_option) {
      line = fmt::format("no such option: {}{}", name, did_you_mean(name, options));
    } else if (!subcommands.empty()) {
      line = fmt::format("no such subcommand: {}{}", argument, did_you_mean(argument, subcommands));
    } else {
      // What would have been an unknown option's value says nothing of its own.
      if (!text.empty()) continue;
      line = fmt::format("unexpected argument: {}", argument);
    }
    text += (text.empty() ? "" : "\n") + printable(line);
    if (!is_option && !subcommands.empty()) break;  // the rest is that subcommand's
  }
  return text;
}

CLI::Validator at_least(int minimum) {
  return CLI::Validator(
      [minimum](std::string& text) -> std::string {
        long long number = 0;
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, number);
        if (error == std::errc() && stop == end && number >= minimum) return "";
        return fmt::format("'{}' is not a whole number from {}", text, minimum);
      },
      "");
}

CLI::Validator positive() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        double number = 0;
        if (CLI::detail::lexical_cast(text, number) && number > 0 && std::isfinite(number))
          return "";
        return fmt::format("'{}' is not a number above 0", text);
      },
      "");
}

}  // namespace slimc
