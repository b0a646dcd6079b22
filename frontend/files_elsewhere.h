// Files that are read because of a model, and do not lie where the model does.
#pragma once

#include <filesystem>
#include <set>

#include "frontend/frontend.h"
#include "support/reporter.h"

namespace slimc::frontend {

// A link, or a path in a `checkpoint` file, can lead anywhere: to another's weights, or to what was
// never meant to be compiled. Warns of each of `files` that lies neither in the folder of the model
// nor in that of --checkpoint; what the user named is where he wants it.
void warn_of_files_elsewhere(const ModelRequest& request,
                             const std::set<std::filesystem::path>& files, Reporter& reporter);

}  // namespace slimc::frontend
