// Whether a file holds weights that nothing computes with.
#pragma once

#include <vector>

#include "frontend/tflite/model.h"
#include "frontend/tflite/subgraph_ops.h"
#include "frontend/tflite/tensor_data.h"
#include "support/reporter.h"

namespace slimc::frontend::tflite {

// Warns of tensors of the subgraph with numbers that no op reads, and of buffers with bytes that no
// tensor has. A converter leaves none: where the index of a tensor or buffer is damaged, and
// another of the same shape is read in its place, this is all that a file without sums shows of it.
// And of buffers that lie in each other, which a damaged offset leads to.
void report_unread_numbers(const Model& model, const Tensors& tensors,
                           const std::vector<SubgraphOp>& ops, Reporter& reporter);

}  // namespace slimc::frontend::tflite
