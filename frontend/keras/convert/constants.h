// Constants in configs and in calls.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "frontend/keras/convert/layer_context.h"
#include "ir/graph.h"
#include "support/result.h"

namespace slimc::frontend {

// A number, lists of numbers, or what versions make of NumPy's arrays and of tensors, as one number
// or as one for each channel of the layer's input; its other dimensions are of size 1. `what` is
// for messages: "scale".
Result<Tensor> channel_constant(const LayerContext& context, const nlohmann::json& json,
                                const std::string& what);

}  // namespace slimc::frontend
