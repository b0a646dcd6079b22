#include "tool/manual/manual_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>

namespace slimc {
namespace {

constexpr std::size_t kWidth = 80;  // of a page's source

// Text as it is, wrapped. Sentences begin lines, as mdoc wants them, and no line begins with what
// roff takes for a control character.
std::string prose(const std::string& text) {
  std::string out, line;
  const auto end_line = [&] {
    if (line.starts_with('.') || line.starts_with('\'')) out += "\\&";
    out += line + '\n';
    line.clear();
  };
  std::istringstream words(CLI::detail::find_and_replace(text, "\\", "\\e"));
  for (std::string word; words >> word;) {
    const bool begins_sentence =
        line.ends_with('.') && std::isupper(static_cast<unsigned char>(word[0])) != 0;
    if (!line.empty() && (begins_sentence || line.size() + 1 + word.size() >= kWidth)) end_line();
    line += (line.empty() ? "" : " ") + word;
  }
  end_line();
  return out;
}

// A word among a macro's arguments that is no macro, whatever its letters.
std::string argument(const std::string& word) { return "\\&" + word; }

// ".Fl o , Fl -output Ar DIR" without the first dot
std::string flags(const OptionEntry& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) names.push_back("Fl " + name.substr(1));
  std::string text = fmt::format("{}", fmt::join(names, " , "));
  if (option.takes_value()) text += " Ar " + argument(option.value);
  return text;
}

std::string in_synopsis(const OptionEntry& positional) {
  std::string text = "Ar " + argument(positional.value) + (positional.repeated ? " ..." : "");
  return positional.required ? "." + text : ".Op " + text;
}

std::string synopsis(const CommandEntry& command) {
  std::string text = fmt::format(".Nm slimc\n.Cm {}\n.Op Ar options\n", command.name);
  for (const OptionEntry& option : command.options) {
    if (option.required)
      text += fmt::format(".{}\n", flags({.names = {option.names[0]}, .value = option.value}));
  }
  for (const OptionEntry& positional : command.positionals) text += in_synopsis(positional) + "\n";
  return text;
}

std::string list(const std::string& items) {
  return fmt::format(".Bl -tag -width Ds\n{}.El\n", items);
}

// Whether the option's text names its values already.
bool says_values(const OptionEntry& option) {
  return std::all_of(option.values.begin(), option.values.end(), [&](const std::string& value) {
    return option.value.find(value) != std::string::npos ||
           option.description.find(value) != std::string::npos;
  });
}

std::string item(const OptionEntry& option) {
  std::string text = fmt::format(".It {}\n{}", flags(option), prose(option.description + "."));
  if (!says_values(option))
    text += prose(fmt::format("One of: {}.", fmt::join(option.values, ", ")));
  return text;
}

// "Options", "Model" and so on, in the order in which they come first.
std::vector<std::string> groups(const CommandEntry& command) {
  std::vector<std::string> names;
  for (const OptionEntry& option : command.options) {
    if (std::find(names.begin(), names.end(), option.group) == names.end()) {
      names.push_back(option.group);
    }
  }
  return names;
}

}  // namespace

std::string manual_page(const CommandEntry& command, const std::string& date) {
  std::string title = "slimc-" + command.name;
  std::string upper = title;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string what = command.description;
  what[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(what[0])));
  std::string page = fmt::format(
      ".\\\" Made by slimc-manual of what 'slimc {} --help' says.\n"
      ".Dd {}\n.Dt {} 1\n.Os\n.Sh NAME\n.Nm {}\n.Nd {}\n",
      command.name, date, upper, title, what);
  page += ".Sh SYNOPSIS\n" + synopsis(command) + ".Sh DESCRIPTION\n";
  for (std::size_t i = 0; i < command.paragraphs.size(); ++i) {
    page += (i > 0 ? ".Pp\n" : "") + prose(command.paragraphs[i]);
  }
  if (!command.positionals.empty()) {
    std::string items;
    for (const OptionEntry& positional : command.positionals) {
      items += fmt::format(".It Ar {}\n{}", argument(positional.value),
                           prose(positional.description + "."));
    }
    page += (command.paragraphs.empty() ? "" : ".Pp\n") + std::string("The arguments are:\n") +
            list(items);
  }
  page += ".Sh OPTIONS\n";
  for (const std::string& group : groups(command)) {
    std::string items;
    for (const OptionEntry& option : command.options) {
      if (option.group == group) items += item(option);
    }
    page += (group == "Options" ? "" : ".Ss " + group + "\n") + list(items);
  }
  page += ".Sh EXIT STATUS\nAs\n.Xr slimc 1\nsays.\n";
  if (!command.examples.empty()) {
    page += ".Sh EXAMPLES\n.Bd -literal -offset indent\n";
    for (const std::string& example : command.examples) page += example + "\n";
    page += ".Ed\n";
  }
  return page + ".Sh SEE ALSO\n.Xr slimc 1\n";
}

Result<std::string> overview_page(std::string overview, const OptionTable& table,
                                  const std::string& file) {
  std::string synopses, items;
  for (const CommandEntry& command : table.commands) {
    synopses += synopsis(command);
    items += fmt::format(".It Xr slimc-{} 1\n{}", command.name, prose(command.description + "."));
  }
  const std::pair<std::string_view, std::string> marks[] = {
      {".\\\" @SYNOPSIS@\n", synopses},
      {".\\\" @SUBCOMMANDS@\n", fmt::format(".Bl -tag -width slimc-inspect(1)\n{}.El\n", items)},
  };
  for (const auto& [mark, text] : marks) {
    const std::size_t at = overview.find(mark);
    if (at == std::string::npos) {
      return fail({.file = file,
                   .message = fmt::format("has no line '{}'", mark.substr(0, mark.size() - 1))});
    }
    overview.replace(at, mark.size(), text);
  }
  return overview;
}

Result<std::string> date_of(const std::string& page, const std::string& file) {
  constexpr std::string_view kDate = ".Dd ";
  const std::size_t end = page.find('\n');
  if (!page.starts_with(kDate) || end == std::string::npos) {
    return fail({.file = file, .message = "does not begin with .Dd and a date", .line = 1});
  }
  return page.substr(kDate.size(), end - kDate.size());
}

}  // namespace slimc
