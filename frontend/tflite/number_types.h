// Whether a file's arithmetic is float32, whatever its weights and its input are stored as.
#pragma once

#include <vector>

#include "frontend/tflite/model.h"
#include "frontend/tflite/subgraph_ops.h"
#include "frontend/tflite/tensor_data.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend::tflite {

// Fails, in one line, if the ops compute with quantised numbers. `inputs` are the network's;
// -1 and numbers of no tensor are passed over.
Result<void> check_not_quantised(const Model& model, const Tensors& tensors,
                                 const std::vector<SubgraphOp>& ops,
                                 const std::vector<std::int64_t>& inputs);

// True if all that reads the integers of `input` turns them into floats.
bool is_raw_input(const Tensors& tensors, const std::vector<SubgraphOp>& ops, int input);

// Says what weights are stored in fewer bits than they are compiled with.
void report_weights(const Model& model, const Tensors& tensors, Reporter& reporter);

}  // namespace slimc::frontend::tflite
