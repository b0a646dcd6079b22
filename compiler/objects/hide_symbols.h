// Global definitions of an object that stay so for the linker, but that a shared library around it
// does not export.
#pragma once

#include <string>

#include "support/result.h"

namespace slimc {

// Fails, and says why, where the object is of no format that slimc knows, or torn.
Result<void> hide_symbols(std::string& object);

// One a format, for the table (object_editor.cc). COFF's symbols stay as they are: its libraries
// export what is asked for.
Result<void> hide_elf_symbols(std::string& object);
Result<void> hide_mach_o_symbols(std::string& object);
Result<void> keep_coff_symbols(std::string& object);

}  // namespace slimc
