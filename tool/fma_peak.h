// The wall that kernels run against: how many multiply-adds a second the cores can do at all.
#pragma once

#include "compiler/targets/target.h"

namespace slimc {

// The vector instructions that a target's kernels use.
enum class VectorIsa {
  Sse,     // 4 floats, multiply and add apart
  Avx,     // 8 floats, multiply and add apart
  AvxFma,  // 8 floats
  Avx512,  // 16 floats
  Neon,    // 4 floats
};
VectorIsa vector_isa(const Target& target);

// Billions of float multiply-adds a second: `threads` threads run a loop of independent
// multiply-adds on registers at the same time, for some milliseconds; the sum of their rates. The
// CPU must have the instructions.
double measure_fma_peak(VectorIsa isa, int threads);

}  // namespace slimc
