// What convolutions and pools say about their sliding window.
#pragma once

#include <cstdint>

#include "frontend/tensorflow/convert/node_context.h"

namespace slimc::frontend {

struct Extent {
  std::int64_t h = 1, w = 1;
};

// An attribute of four numbers, [1, h, w, 1], both positive; {1, 1} where it is missing and not
// required.
Result<Extent> window_attribute(const NodeContext& context, const std::string& name, bool required);

// SAME, VALID or EXPLICIT as numbers, for an NHWC image.
Result<Padding> window_padding(const NodeContext& context, const Shape& image, Extent kernel,
                               Extent stride, Extent dilation);

// All of a convolution's, from its attributes and the shapes of its inputs.
Result<ConvolutionAttributes> convolution_attributes(const NodeContext& context, Value image,
                                                     Value weights);

}  // namespace slimc::frontend
