// llvm-mca: how many cycles a loop takes on a core, by LLVM's scheduling model of it. Everything is
// in the L1 cache and every branch is predicted. No timing: the same program gives the same
// numbers.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/result.h"
#include "tests/benchmarks/arm/inner_loops.h"

namespace slimc::arm {

struct Core {
  std::string triple;  // "aarch64-linux-gnu"
  std::string cpu;     // LLVM's name: "cortex-a76"
};

// The newest llvm-mca of Debian's in PATH, or empty. Cores got models of their own over time
// (README.md), so a newer one is nearer to the truth.
std::filesystem::path find_llvm_mca();

// Cycles of one iteration in the steady state, for each loop.
Result<std::vector<double>> cycles_per_iteration(const std::filesystem::path& llvm_mca,
                                                 const Core& core,
                                                 const std::vector<InnerLoop>& loops);

// The limit in the model's own terms: cycles of a vector multiply-add by lane of an endless stream
// of independent ones.
Result<double> cycles_per_fma(const std::filesystem::path& llvm_mca, const Core& core);

// The prefix of the model's resources, which tells whose model the CPU's name stands for: "A57".
Result<std::string> model_name(const std::filesystem::path& llvm_mca, const Core& core);

}  // namespace slimc::arm
