// What happens to a library before its kernels are compiled, and behind that.
#pragma once

#include <string>
#include <vector>

#include "compiler/build/codegen.h"

namespace slimc {

// All that comes before kernels and objects: the targets' graphs and plans, header and source.
Result<Library> plan_library(const LibraryRequest& request);

// The archive of the library's kernels and these objects; the kernels' own bytes are dropped.
// `weights` is like library.targets.
Result<void> link_library(Library& library, std::string code, std::vector<std::string> weights,
                          const CompileOptions& options);

// The same options for one of the targets alone.
CompileOptions options_for(const CompileOptions& options, const Target& target);

}  // namespace slimc
