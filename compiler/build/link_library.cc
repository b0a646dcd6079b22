#include "compiler/build/link_library.h"

#include <algorithm>

#include "compiler/build/compile_libraries.h"
#include "compiler/build/halide_shim.h"
#include "compiler/objects/rename_symbols.h"
#include "compiler/objects/stack_bytes.h"
#include "compiler/objects/stack_frames.h"
#include "compiler/objects/write_archive.h"
#include "compiler/text/write_header.h"

namespace slimc {
namespace {

// Of NAME.o's functions and of the kernel that takes the most.
Result<std::int64_t> stack_bytes(const CompiledLibrary& library, const std::string& object) {
  std::int64_t largest = 0;
  for (std::size_t t = 0; t < library.targets.size(); ++t) {
    const TargetPlan& code = library.targets[t];
    for (std::size_t i = 0; i < library.kernels[t].size(); ++i) {
      const auto frames = stack_frames(library.kernels[t][i].object, code.target);
      if (!frames) {
        return fail({.subject = "kernel '" + kernel_symbol(code, static_cast<int>(i)) + "'",
                     .message = frames.error().to_string()});
      }
      largest = std::max(largest, kernel_stack(*frames, "_argv"));
    }
  }
  SLIMC_ASSIGN(const StackFrames frames, stack_frames(object, library.targets.front().target));
  return stack_bound(frames, largest);
}

}  // namespace

// NAME.o first, so that a linker finds what it pulls in behind it.
Result<void> link_library(CompiledLibrary& library, std::string code,
                          std::vector<std::string> weights, const Toolchain& tools) {
  const Result<std::int64_t> stack = stack_bytes(library, code);
  std::vector<ArchiveMember> members = {{library.plan().name + ".o", std::move(code)}};
  std::vector<ArchiveMember> shim;
  for (std::size_t t = 0; t < library.targets.size(); ++t) {
    const TargetPlan& target = library.targets[t];
    std::vector<CompiledKernel>& kernels = library.kernels[t];
    if (shim.empty()) {
      SLIMC_ASSIGN(shim, halide_shim(kernels, target.target, tools));
    }
    for (std::size_t i = 0; i < kernels.size(); ++i) {
      const std::string symbol = kernel_symbol(target, static_cast<int>(i));
      SLIMC_ASSIGN(std::string kernel, rename_kernel(kernels[i].object, symbol));
      members.push_back({symbol + ".o", std::move(kernel)});
      kernels[i].object.clear();
    }
    if (!library.external_weights) {
      members.push_back({weights_symbol(target) + ".o", std::move(weights[t])});
    }
  }
  // NAME.o was compiled with a header that does not say it yet.
  if (!stack) {
    library.stack_unknown = stack.error().to_string();
  } else if (!shim.empty()) {
    library.stack_unknown = "its kernels call Halide's runtime, and that the C library";
  } else {
    library.stack_bytes = *stack;
  }
  library.header = write_header(library);
  for (ArchiveMember& member : shim) members.push_back(std::move(member));
  SLIMC_ASSIGN(library.archive, write_archive(members, library.targets.front().target));
  return {};
}

}  // namespace slimc
