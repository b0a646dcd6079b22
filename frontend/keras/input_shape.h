// The shape of a Keras model's input.
#pragma once

#include <string>

#include "compiler/ir/shape.h"
#include "compiler/support/result.h"
#include "frontend/frontend.h"
#include "frontend/keras/model_config.h"

namespace slimc::frontend {

// What an InputLayer says, [n,h,w,c], with what it leaves open taken from the request.
Result<Shape> input_shape(const KerasLayer& layer, const std::string& file,
                          const ModelRequest& request);

}  // namespace slimc::frontend
