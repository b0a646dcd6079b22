// What compiling one library and compiling several have in common.
#pragma once

#include <string>

#include "compiler/codegen/codegen.h"

namespace slimc {

// All that comes before kernels and objects: graph, plan, header and source.
Result<Library> plan_library(const Graph& imported, const CompileOptions& options,
                             const AfterStep& after);

// The archive of the library's kernels and these objects; the kernels' own bytes are dropped.
Result<void> link_library(Library& library, std::string code, std::string weights,
                          const CompileOptions& options);

}  // namespace slimc
