// From IR to ONNX (https://onnx.ai/onnx/): what peers read, and what judges slimc in tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ir/graph.h"
#include "support/result.h"

namespace slimc::peers {

// The names of the model's input and output.
inline constexpr const char* kOnnxInput = "image";
inline constexpr const char* kOnnxOutput = "probabilities";

struct OnnxModel {
  std::string bytes;                       // a ModelProto, opset 10
  std::vector<std::int64_t> input_shape;   // n c h w
  std::vector<std::int64_t> output_shape;  // as in the graph; n c h w if it has 4 dimensions
};

// Images become NCHW, weights OIHW; values of other ranks keep their order. Takes graphs as the
// frontend makes them and as the passes leave them. Activations of
// convolutions become ops behind them. A graph that ONNX cannot express this way is a failure.
Result<OnnxModel> export_onnx(const Graph& graph);

}  // namespace slimc::peers
