// Kernels through the generator program and the cache, one at a time from any number of threads.
#pragma once

#include <memory>
#include <string>

#include "compiler/build/compile_options.h"
#include "compiler/plan/plan.h"
#include "support/reporter.h"

namespace slimc {

// One object a distinct kernel. In each every symbol starts with the placeholder
// (rename_symbols.h).
struct CompiledKernel {
  std::string object;  // bytes
  bool cached = false;
  double seconds = 0;
  bool shared = false;     // compiled for another model of the same call (compile_libraries)
  bool fell_back = false;  // the autoscheduler failed; compiled with the tiling model
};

class KernelCompiler {
 public:
  virtual ~KernelCompiler() = default;
  // Thread-safe. `name` is for messages.
  virtual Result<CompiledKernel> compile(const Kernel& kernel, const Target& target,
                                         Scheduler scheduler, const std::string& name) = 0;
  // Once, when something was compiled.
  virtual void prune_cache() const = 0;
};

// Fails where the generator program is missing. `tools` and `reporter` must outlive it.
Result<std::unique_ptr<KernelCompiler>> make_kernel_compiler(const Toolchain& tools,
                                                             Reporter& reporter);

// The name by which a person knows a kernel: that of the first stage that calls it.
std::string stage_of(const Plan& plan, int kernel);

}  // namespace slimc
