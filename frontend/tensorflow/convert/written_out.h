// Activations that graphs write out of other ops: x * sigmoid(x), max(x, 0.2 * x), clipping.
#pragma once

#include <optional>

#include "ir/graph.h"

namespace slimc::frontend {

struct WrittenOut {
  Value x;
  ActivationFunction function;
};

// What an op of this kind with these inputs completes, if it does.
std::optional<WrittenOut> written_out(const Graph& graph, OpKind kind, Value a, Value b);

// max(min(x, high), low), where both are numbers and it is not relu6.
std::optional<WrittenOut> written_out_clip(const Graph& graph, Value x, Value low, Value high);

}  // namespace slimc::frontend
