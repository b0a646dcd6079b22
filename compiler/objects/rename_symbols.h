// A kernel's object is compiled under a placeholder, and gets its name when it is archived: so
// equal kernels of several networks are one object.
#pragma once

#include <string>

#include "support/result.h"

namespace slimc {

// The function name every kernel is compiled under. Long enough that any symbol of a library
// (63 + '_' + stage name) fits over it in the object's string table.
std::string kernel_placeholder();

// Renames placeholder, placeholder_argv, placeholder_metadata in an ELF, Mach-O or COFF object to
// `symbol`... in place, and hides them from users of a shared library. Fails where the object is of
// another format, torn, or no kernel under the placeholder's name.
Result<std::string> rename_kernel(std::string object, const std::string& symbol);

}  // namespace slimc
