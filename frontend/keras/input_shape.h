// The shape of a Keras model's input.
#pragma once

#include <string>

#include "frontend/frontend.h"
#include "frontend/keras/model_config.h"
#include "ir/shape.h"
#include "support/result.h"

namespace slimc::frontend {

// What an InputLayer says, [n,h,w,c], with what it leaves open taken from the request.
Result<Shape> input_shape(const KerasLayer& layer, const std::string& file,
                          const ModelRequest& request);

}  // namespace slimc::frontend
