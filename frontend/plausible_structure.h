// Structure that no MobileNet v1 has, though the file that says so is legal: in most formats a
// single damaged byte makes another stride or padding, and the shapes go on to fit.
#pragma once

#include "ir/graph.h"
#include "support/reporter.h"

namespace slimc::frontend {

// Warns, once a kind and with the nodes' names, of
// - padding of a convolution that is none of TensorFlow's SAME, (k-1)/2 on each side, Keras'
//   [[0,1],[0,1]] at stride 2, and none at all; in words of its own where it reaches the kernel's
//   size,
// - strides other than 1 and 2, those larger than the kernel, and those that differ between height
//   and width,
// - dilations that slim's output_stride does not make,
// - activations that differ between the blocks, their ranges, and an activation behind the pool,
// - windows of pools that are neither the whole image nor 7x7,
// - a softmax over one number, of scaled or of activated numbers.
void check_structure(const Graph& graph, Reporter& reporter);

}  // namespace slimc::frontend
