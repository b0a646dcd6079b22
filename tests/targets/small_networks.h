// Networks for other processors: the first two have every kind of stage between them, with sizes
// and channels that no vector width divides.
#pragma once

#include "ir/graph.h"

namespace slimc::testing {

// 23x17 RGB, float and 8-bit, to 37 probabilities.
Graph small_classifier();
// Two images of 21x34 with 5 channels to the features of a pooling.
Graph small_features();

// Sums of 200 and 203 products, in a block and alone, of few pixels: whole blocks of 64 and a rest
// that is, or is not, a multiple of 8.
Graph long_sums();

// Four numbers to the probabilities of five classes, for what does not depend on the kernels.
Graph smallest_network();

}  // namespace slimc::testing
