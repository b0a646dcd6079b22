// Networks of the family with random weights.
#pragma once

#include <cstdint>

#include "compiler/ir/graph.h"
#include "compiler/support/result.h"

namespace slimc::frontend {

// A network of the family, from slim's definition (mobilenet_v1.py).
struct MobileNetOptions {
  double alpha = 1.0;  // width multiplier: depth(d) = max(int(d*alpha), min_depth)
  std::int64_t min_depth = 8;
  std::int64_t height = 224, width = 224, channels = 3;
  std::int64_t batch = 1;
  std::int64_t classes = 1001;
  std::uint64_t seed = 1;
};

// The network with batch norm not folded and random weights that keep activations in the useful
// range of relu6 (He initialisation; moving statistics are drawn too). The same seed gives the same
// bits on every machine.
Result<Graph> build_mobilenet(const MobileNetOptions& options);

}  // namespace slimc::frontend
