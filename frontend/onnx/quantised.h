// Networks that compute with 8-bit numbers.
#pragma once

#include "compiler/support/result.h"
#include "frontend/onnx/model.h"

namespace slimc::frontend::onnx {

// Fails, in one line for the whole file, if a node computes with quantised numbers. Weights that
// are stored in 8 bits and dequantised, in a network of floats, are none.
Result<void> check_float(const Model& model);

}  // namespace slimc::frontend::onnx
