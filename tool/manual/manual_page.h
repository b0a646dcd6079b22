// Manual pages in mdoc(7).
#pragma once

#include <string>

#include "support/result.h"
#include "tool/manual/option_table.h"

namespace slimc {

// slimc-COMMAND.1. `date` is what .Dd takes.
std::string manual_page(const CommandEntry& command, const std::string& date);

// slimc.1: `overview` with the lines @SYNOPSIS@ and @SUBCOMMANDS@, which are comments of mdoc, made
// into lists of the subcommands. `file` is for messages.
Result<std::string> overview_page(std::string overview, const OptionTable& table,
                                  const std::string& file);

// "November 22, 2026" of a page.
Result<std::string> date_of(const std::string& page, const std::string& file);

}  // namespace slimc
