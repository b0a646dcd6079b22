// The command line as a table, read off CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace slimc {

struct OptionEntry {
  std::vector<std::string> names;  // "-o", "--output"; of a positional "MODEL"
  std::string value;               // what --help calls its value: "DIR"; empty: it takes none
  std::string description;         // with default, as in --help
  std::string group;               // "Options", "Model", ...
  bool required = false;
  bool repeated = false;            // takes any number of values
  std::vector<std::string> values;  // the possible ones, or some of them

  bool takes_value() const { return !value.empty(); }
  bool takes_file() const;    // the path of a file, also one that is not there yet
  bool takes_folder() const;  // the path of a folder
};

struct CommandEntry {
  std::string name;         // "compile"; of the whole program "slimc"
  std::string description;  // a line without a full stop
  std::vector<OptionEntry> options;
  std::vector<OptionEntry> positionals;  // those without values take files
  std::vector<std::string> paragraphs;   // of the footer, each a line
  std::vector<std::string> examples;     // commands
};

struct OptionTable {
  CommandEntry program;
  std::vector<CommandEntry> commands;
};

OptionTable read_options(CLI::App& app);

// The first clause of a description, for a list that has a line for each.
std::string in_short(const std::string& description);

}  // namespace slimc
