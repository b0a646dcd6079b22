// The whole command line: what main() parses and what manual pages and completions are made from.
#pragma once

#include <memory>

#include "compiler/tools/command.h"

namespace slimc {

// `action` must live as long as the command line.
std::unique_ptr<CLI::App> make_command_line(Action& action);

}  // namespace slimc
