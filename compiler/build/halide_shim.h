// Stand-ins for the parts of Halide's runtime that an autoscheduled kernel may need.
#pragma once

#include <vector>

#include "compiler/build/compile_options.h"
#include "compiler/build/kernel_compiler.h"
#include "compiler/objects/write_archive.h"
#include "compiler/targets/target.h"

namespace slimc {

// An archive member that defines what the kernels want of Halide's runtime, or nothing to add.
// A kernel that wants more than there is is a failure.
Result<std::vector<ArchiveMember>> halide_shim(const std::vector<CompiledKernel>& kernels,
                                               const Target& target, const Toolchain& tools);

}  // namespace slimc
