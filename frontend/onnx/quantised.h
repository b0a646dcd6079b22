// Networks that compute with 8-bit numbers.
#pragma once

#include "frontend/onnx/model.h"
#include "support/result.h"

namespace slimc::frontend::onnx {

// Fails, in one line for the whole file, if a node computes with quantised numbers. Weights that
// are stored in 8 bits and dequantised, in a network of floats, are none.
Result<void> check_float(const Model& model);

}  // namespace slimc::frontend::onnx
