// Completion of the command line by shells: of subcommands, options, the values of those that have
// a set of them, files and folders.
#pragma once

#include <string>

#include "tool/manual/option_table.h"

namespace slimc {

std::string bash_completion(const OptionTable& table);
std::string zsh_completion(const OptionTable& table);
std::string fish_completion(const OptionTable& table);

}  // namespace slimc
