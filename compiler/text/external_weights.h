// What NAME.h and NAME.cc say of weights that are a file of their own (Library::weights_file). All
// texts are empty, or those of an ordinary library, where the weights are embedded.
#pragma once

#include <string>
#include <vector>

#include "compiler/plan/library.h"
#include "compiler/text/statuses.h"

namespace slimc {

// For NAME.h: the file's constants and the functions that map it.
std::string weights_declarations(const Library& library);

// For both: what can go wrong with it.
std::vector<Status> weights_statuses(const Library& library);

// For NAME.cc: what the library knows of its file, a field of the table of codes, parameters and
// checks of NAME_create, the functions of the header.
std::string weights_constants(const Library& library);
std::vector<std::string> weights_sections(const Library& library);  // like library.targets
std::string weights_parameters(const Library& library);
std::string weights_checks(const Library& library);
std::string weights_functions(const Library& library);

}  // namespace slimc
