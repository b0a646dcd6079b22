#include "tool/manual/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace slimc {
namespace {

constexpr char kOrigin[] = "Made by slimc-manual of slimc's table of options.";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  return CLI::detail::find_and_replace(std::move(text), what, with);
}

// In single quotes of bash and zsh.
std::string quoted(const std::string& text) { return "'" + replaced(text, "'", "'\\''") + "'"; }

// What may stand where no option does. Of several positionals (MODEL and MORE, MODEL and PHOTO) all
// take files, or there is one alone.
std::vector<std::string> positional_values(const CommandEntry& command) {
  return command.positionals.empty() ? std::vector<std::string>() : command.positionals[0].values;
}

std::vector<std::string> names_of(const std::vector<CommandEntry>& commands) {
  std::vector<std::string> names;
  for (const CommandEntry& command : commands) names.push_back(command.name);
  return names;
}

std::vector<std::string> option_names(const CommandEntry& command) {
  std::vector<std::string> names;
  for (const OptionEntry& option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

// "    'compile -o' | 'compile --output') _slimc_files -d; return ;;"
std::string bash_case(const CommandEntry& command, const OptionEntry& option) {
  std::vector<std::string> patterns;
  for (const std::string& name : option.names)
    patterns.push_back(quoted(command.name + " " + name));
  std::string action = ":";
  if (!option.values.empty()) {
    action = "_slimc_values " + quoted(fmt::format("{}", fmt::join(option.values, " ")));
  } else if (option.takes_file()) {
    action = "_slimc_files -f";
  } else if (option.takes_folder()) {
    action = "_slimc_files -d";
  }
  return fmt::format("    {}) {}; return ;;\n", fmt::join(patterns, " | "), action);
}

}  // namespace

std::string bash_completion(const OptionTable& table) {
  std::string values, options, positionals;
  for (const CommandEntry& command : table.commands) {
    for (const OptionEntry& option : command.options) {
      if (option.takes_value()) values += bash_case(command, option);
    }
    options += fmt::format("    {}) options={} ;;\n", command.name,
                           quoted(fmt::format("{}", fmt::join(option_names(command), " "))));
    const std::vector<std::string> proposed = positional_values(command);
    if (!proposed.empty()) {
      positionals += fmt::format("    {}) _slimc_values {} ;;\n", command.name,
                                 quoted(fmt::format("{}", fmt::join(proposed, " "))));
    } else if (command.positionals.empty()) {
      positionals += fmt::format("    {}) ;;\n", command.name);
    }
  }
  return fmt::format(
      R"(# bash completion for slimc. {0}

# Proposes words; where several are joined by commas, for the last one.
_slimc_values() {{
  local done=
  case $current in *,*) done=${{current%,*}}, ;; esac
  mapfile -t COMPREPLY < <(compgen -P "$done" -W "$1" -- "${{current##*,}}")
}}

# Proposes files (-f) or folders (-d).
_slimc_files() {{
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$current")
}}

_slimc() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous= command= options= i
  COMPREPLY=()
  # "--option=value" comes as three words.
  [ "$COMP_CWORD" -gt 0 ] && previous=${{COMP_WORDS[COMP_CWORD - 1]}}
  if [ "$current" = = ]; then
    current=
  elif [ "$previous" = = ] && [ "$COMP_CWORD" -gt 1 ]; then
    previous=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${{COMP_WORDS[i]}} in
    {1}) command=${{COMP_WORDS[i]}}; break ;;
    esac
  done
  if [ -z "$command" ]; then
    _slimc_values {2}
    return
  fi
  case "$command $previous" in
{3}  esac
  case $current in
  -*)
    case $command in
{4}    esac
    _slimc_values "$options"
    ;;
  *)
    case $command in
{5}    *) _slimc_files -f ;;
    esac
    ;;
  esac
}}
complete -F _slimc slimc
)",
      kOrigin, fmt::join(names_of(table.commands), " | "),
      quoted(fmt::format("{} {}", fmt::join(names_of(table.commands), " "),
                         fmt::join(option_names(table.program), " "))),
      values, options, positionals);
}

namespace {

// In a specification of _arguments, within single quotes.
std::string zsh_text(std::string text) {
  for (const char* special : {"\\", "[", "]", ":"}) {
    text = replaced(std::move(text), special, std::string("\\") + special);
  }
  return replaced(std::move(text), "'", "'\\''");
}

std::string zsh_action(const OptionEntry& option) {
  if (!option.values.empty()) return fmt::format("({})", fmt::join(option.values, " "));
  if (option.takes_file()) return "_files";
  if (option.takes_folder()) return "_files -/";
  return " ";  // a value that nothing can be said of
}

// "'(-o --output)'{-o,--output}'[Folder for the files]:DIR:_files -/'"
std::string zsh_option(const OptionEntry& option) {
  const std::string names = option.names.size() == 1
                                ? "'" + option.names[0]
                                : fmt::format("'({})'{{{}}}'", fmt::join(option.names, " "),
                                              fmt::join(option.names, ","));
  std::string text = fmt::format("{}[{}]", names, zsh_text(in_short(option.description)));
  if (option.takes_value()) {
    text += fmt::format(":{}:{}", zsh_text(option.value), zsh_action(option));
  }
  return text + "'";
}

std::string zsh_positional(const CommandEntry& command) {
  const OptionEntry& first = command.positionals[0];
  const bool many = command.positionals.size() > 1 || first.repeated;
  return fmt::format("'{}:{}:{}'", many ? "*" : "1", zsh_text(first.value),
                     first.values.empty() ? "_files" : zsh_action(first));
}

}  // namespace

std::string zsh_completion(const OptionTable& table) {
  std::string commands, cases;
  for (const CommandEntry& command : table.commands) {
    commands += fmt::format("      '{}:{}'\n", command.name, zsh_text(command.description));
    cases += fmt::format("    {})\n      _arguments -S", command.name);
    for (const OptionEntry& option : command.options) cases += " \\\n        " + zsh_option(option);
    if (!command.positionals.empty()) cases += " \\\n        " + zsh_positional(command);
    cases += "\n      ;;\n";
  }
  std::string options;
  for (const OptionEntry& option : table.program.options) options += " " + zsh_option(option);
  return fmt::format(R"(#compdef slimc
# zsh completion for slimc. {0}

_slimc() {{
  local curcontext=$curcontext state line
  local -a commands
  typeset -A opt_args
  _arguments -C{1} '1:command:->command' '*::argument:->argument'
  case $state in
  command)
    commands=(
{2}    )
    _describe command commands
    ;;
  argument)
    case $words[1] in
{3}    esac
    ;;
  esac
}}

_slimc "$@"
)",
                     kOrigin, options, commands, cases);
}

namespace {

// fish knows backslashes within single quotes.
std::string fish_quoted(const std::string& text) {
  return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_option(const std::string& condition, const OptionEntry& option) {
  std::string line = "complete -c slimc -n " + condition;
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.values.empty()) {
    line += fmt::format(" -x -a '{}'", fmt::join(option.values, " "));
  } else if (option.takes_file()) {
    line += " -r -F";
  } else if (option.takes_folder()) {
    line += " -x -a '(__fish_complete_directories)'";
  } else if (option.takes_value()) {
    line += " -x";
  }
  return line + " -d " + fish_quoted(in_short(option.description)) + "\n";
}

}  // namespace

std::string fish_completion(const OptionTable& table) {
  std::string text =
      fmt::format("# fish completion for slimc. {}\n\ncomplete -c slimc -f\n", kOrigin);
  for (const OptionEntry& option : table.program.options) {
    text += fish_option("__fish_use_subcommand", option);
  }
  for (const CommandEntry& command : table.commands) {
    text += fmt::format("\ncomplete -c slimc -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        fish_quoted(command.description));
    const std::string condition = fmt::format("'__fish_seen_subcommand_from {}'", command.name);
    for (const OptionEntry& option : command.options) text += fish_option(condition, option);
    if (command.positionals.empty()) continue;
    const std::vector<std::string> values = positional_values(command);
    text += fmt::format("complete -c slimc -n {} {}\n", condition,
                        values.empty() ? "-F" : fmt::format("-a '{}'", fmt::join(values, " ")));
  }
  return text;
}

}  // namespace slimc
