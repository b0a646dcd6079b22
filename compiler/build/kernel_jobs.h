// Kernels through the generator program and the cache, one at a time from any number of threads.
#pragma once

#include <memory>
#include <string>

#include "compiler/build/codegen.h"

namespace slimc {

class KernelCompiler {
 public:
  virtual ~KernelCompiler() = default;
  // Thread-safe. `name` is for messages.
  virtual Result<CompiledKernel> compile(const Kernel& kernel, const Target& target,
                                         const std::string& name) = 0;
  // Once, when something was compiled.
  virtual void prune_cache() const = 0;
};

// Fails where the generator program is missing. `options` (but for their target) and `reporter`
// must outlive it.
Result<std::unique_ptr<KernelCompiler>> make_kernel_compiler(const CompileOptions& options,
                                                             Reporter& reporter);

// The name by which a person knows a kernel: that of the first stage that calls it.
std::string stage_of(const Plan& plan, int kernel);

}  // namespace slimc
