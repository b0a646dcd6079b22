// The whole command line: what main() parses and what manual pages and completions are made from.
#pragma once

#include <memory>

#include "tool/command.h"

namespace slimc {

// `action` must live as long as the command line.
std::unique_ptr<CLI::App> make_command_line(Action& action);

// Behind parsing: throws CLI::ValidationError where a value is "", as of a variable of a script
// that is not set. No option has a use for it, and as a path or a name it would mean something
// else.
void check_no_value_is_empty(const CLI::App& app);

}  // namespace slimc
