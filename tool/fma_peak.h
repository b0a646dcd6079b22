// The wall that kernels run against: how many multiply-adds a second the cores can do at all.
#pragma once

#include "compiler/targets/architecture.h"

namespace slimc {

// Billions of float multiply-adds a second: `threads` threads run a loop of independent
// multiply-adds on registers at the same time, for some milliseconds; the sum of their rates. The
// CPU must have the instructions.
double measure_fma_peak(VectorIsa isa, int threads);

}  // namespace slimc
